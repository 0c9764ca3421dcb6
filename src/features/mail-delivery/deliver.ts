// Delivers the mail queue (transactional outbox). Never throws: a mail that failed stays in the queue, and is logged.

import { mailBatch, mailBatches, mailClaimSeconds, mailRetrySeconds } from '../../bounds.ts';
import type { Dependencies } from '../../context.ts';
import { MailError } from '../../mail/mailer.ts';
import { compose } from './compose.ts';
import { claimDueMails, type DueMail, markMailSent, postponeMail } from './statements.ts';

type Parts = Pick<Dependencies, 'config' | 'database' | 'dataKeys' | 'log' | 'mailer' | 'now' | 'speechIn'>;

/** Claims a batch and sends it. @returns how many were claimed: a full batch says that there may be more. */
export async function deliverMails(parts: Parts): Promise<number> {
  const { database, log, now } = parts;
  try {
    const mails = await claimDueMails(database, {
      now: now(),
      limit: mailBatch,
      claimSeconds: mailClaimSeconds,
    });
    await Promise.all(mails.map((mail) => deliver(mail, parts)));
    return mails.length;
  } catch (error) {
    log('error', 'mail-queue-unreachable', { cause: String(error) });
    return 0;
  }
}

/** Sends batches until nothing is due, or until one run has sent its share. */
export async function deliverWaitingMails(parts: Parts): Promise<void> {
  for (let batch = 0; batch < mailBatches; batch += 1) {
    if ((await deliverMails(parts)) < mailBatch) return;
  }
}

async function deliver(mail: DueMail, parts: Parts): Promise<void> {
  const { database, log, mailer, now } = parts;
  try {
    const composed = await compose(mail, parts);
    if (composed) await mailer.send({ id: mail.id, date: now(), ...composed });
    await markMailSent(database, mail.id, now());
  } catch (error) {
    const pause =
      error instanceof MailError && error.permanent ? undefined : mailRetrySeconds[mail.attempts - 1];
    const fields = { mail_id: mail.id, kind: mail.kind, attempts: mail.attempts, cause: String(error) };
    log(
      pause === undefined ? 'error' : 'warn',
      pause === undefined ? 'mail-given-up' : 'mail-postponed',
      fields,
    );
    const nextAttemptAt = pause === undefined ? undefined : new Date(now().getTime() + pause * 1000);
    // If this fails too, the claim expires and the mail is claimed again.
    await postponeMail(database, {
      id: mail.id,
      nextAttemptAt,
      lastError: error instanceof MailError ? error.summary : 'A fault of ours: see the log.',
      now: now(),
    }).catch(() => {});
  }
}
