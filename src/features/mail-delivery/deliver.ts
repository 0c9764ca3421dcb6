// Sends what is due in the mail queue. Never throws: a mail that failed waits in the queue, and the log says so.

import type { Dependencies } from '../../http/router.ts';
import {
  mailBatch,
  mailBatches,
  mailClaimSeconds,
  mailRetrySeconds,
  passwordResetSeconds,
  verificationSeconds,
} from '../../lifetimes.ts';
import { MailError } from '../../mail/mailer.ts';
import { renderMail } from '../../mail/messages.ts';
import { grantSecrets, hashCode, hashToken } from '../../tokens/one-time.ts';
import { claimDueMails, type DueMail, grantByMail, markMailSent, postponeMail } from './statements.ts';

type Parts = Pick<Dependencies, 'config' | 'database' | 'grantKeys' | 'log' | 'mailer' | 'now'>;
type Words = ReturnType<typeof renderMail>;

/** Claims a batch and sends it. How many were claimed tells the caller whether there may be more. */
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

/** Sends until nothing is due, or a run's worth has gone. */
export async function deliverWaitingMails(parts: Parts): Promise<void> {
  for (let batch = 0; batch < mailBatches; batch += 1) {
    if ((await deliverMails(parts)) < mailBatch) return;
  }
}

async function deliver(mail: DueMail, parts: Parts): Promise<void> {
  const { database, log, mailer, now } = parts;
  try {
    const words = await compose[mail.kind as MailKind](mail, parts);
    if (words) await mailer.send({ id: mail.id, date: now(), to: mail.email, ...words });
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
    // Where this fails as well, the claim runs out and the mail is taken again.
    await postponeMail(database, { id: mail.id, nextAttemptAt, now: now() }).catch(() => {});
  }
}

type MailKind = 'verify-email' | 'reset-password' | 'address-taken' | 'session-stopped';

/** Nothing where the mail has become pointless. */
const compose: Record<MailKind, (mail: DueMail, parts: Parts) => Promise<Words | undefined>> = {
  'verify-email': (mail, parts) => granting(mail, parts, 'verify-email', verificationSeconds),
  'reset-password': (mail, parts) => granting(mail, parts, 'reset-password', passwordResetSeconds),
  'address-taken': async (mail, { config }) =>
    renderMail('address-taken', { ...addressed(mail, config), link: config.appOrigin }),
  'session-stopped': async (mail, { config }) =>
    renderMail('session-stopped', {
      ...addressed(mail, config),
      deviceName: String(mail.details['device_name'] ?? ''),
      ip: mail.details['ip'] as string | null,
      when: new Date(String(mail.details['when'])),
    }),
};

/** Link and code are made here and their hashes kept before the mail leaves, so that they work when it arrives. */
async function granting(
  mail: DueMail,
  { config, database, grantKeys, now }: Parts,
  purpose: 'verify-email' | 'reset-password',
  validForSeconds: number,
): Promise<Words | undefined> {
  const { token, code } = await grantSecrets(grantKeys, mail.id);
  const [codeHash = ''] = await hashCode(grantKeys, purpose, mail.email, code);
  const granted = await grantByMail(database, {
    mailId: mail.id,
    userId: mail.user_id,
    purpose,
    tokenHash: await hashToken(token),
    codeHash,
    expiresAt: new Date(now().getTime() + validForSeconds * 1000),
  });
  if (!granted) return undefined;
  const link = `${config.appOrigin}/${purpose}?token=${token}`;
  return renderMail(purpose, { ...addressed(mail, config), link, code, validForSeconds });
}

function addressed(mail: DueMail, config: Parts['config']) {
  return { serviceName: new URL(config.appOrigin).host, name: mail.name };
}
