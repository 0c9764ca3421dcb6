// From a row of the queue to a mail's words and its address: what each kind needs beside the person.

import { type GrantPurpose, grantPurposes } from '../../authentication/destinations.ts';
import type { Dependencies } from '../../context.ts';
import type { QueuedKind } from '../../database/mail-queue.ts';
import { digestOf } from '../../encoding.ts';
import { type MailInputs, renderMail } from '../../mail/messages.ts';
import { grantSecrets, hashCode } from '../../tokens/one-time.ts';
import { type DueMail, grantByMail } from './statements.ts';

type Parts = Pick<Dependencies, 'config' | 'database' | 'dataKeys' | 'now'>;
type Composed = ReturnType<typeof renderMail> & { readonly to: string };

type Grant = {
  readonly purpose: GrantPurpose;
  readonly page: 'verify-email' | 'reset-password' | 'undo-email-change';
};

/** What link and code of a mail are for, where it has any. */
const grants: Partial<Record<QueuedKind, Grant>> = {
  'verify-email': { purpose: 'register', page: 'verify-email' },
  'confirm-new-email': { purpose: 'change-email', page: 'verify-email' },
  'reset-password': { purpose: 'reset-password', page: 'reset-password' },
  'email-change-undone': { purpose: 'reset-password', page: 'reset-password' },
  'email-changed': { purpose: 'undo-email-change', page: 'undo-email-change' },
};

/** Nothing where the mail has become pointless: its grant was spent, or another one was used. */
export async function compose(mail: DueMail, parts: Parts): Promise<Composed | undefined> {
  const grant = grants[mail.kind];
  const granted = grant && (await granting(mail, parts, grant));
  if (grant && !granted) return undefined;
  return { to: mail.email, ...renderMail(mail.kind, inputsOf(mail, parts.config, granted)) };
}

type Granted = { readonly link: string; readonly code: string; readonly validForSeconds: number };

/** Link and code are made here and their hashes kept before the mail leaves, so that they work when it arrives. */
async function granting(
  mail: DueMail,
  { config, database, dataKeys, now }: Parts,
  { purpose, page }: Grant,
): Promise<Granted | undefined> {
  // Of version 0.1.0, which knew no requests: whoever waits for it asks once more.
  if (mail.request_id === null) return undefined;
  const { seconds } = grantPurposes[purpose];
  const codeLength = Number(mail.details['code_length'] ?? 0);
  const { token, code } = await grantSecrets(dataKeys, mail.id, { purpose, codeLength });
  const [codeHash = ''] = await hashCode(dataKeys, mail.request_id, code);
  const isGranted = await grantByMail(database, {
    mailId: mail.id,
    requestId: mail.request_id,
    tokenHash: await digestOf(token),
    codeHash,
    lifetimeSeconds: seconds,
    heedsEpoch: purpose !== 'undo-email-change',
    now: now(),
  });
  if (!isGranted) return undefined;
  return { link: `${config.pagesOrigin}/${page}?token=${token}`, code, validForSeconds: seconds };
}

/** All that the words of any kind may need; each takes what is its own. */
function inputsOf(
  mail: DueMail,
  config: Parts['config'],
  granted: Granted | undefined,
): MailInputs[QueuedKind] {
  const text = (detail: string) => String(mail.details[detail] ?? '');
  return {
    serviceName: new URL(config.appOrigin).host,
    name: mail.name || text('name'),
    when: new Date(mail.created_at),
    newEmail: text('new_email'),
    deviceName: text('device_name'),
    ip: text('ip') || null,
    ...(granted ?? { link: config.appOrigin, code: '', validForSeconds: 0 }),
  };
}
