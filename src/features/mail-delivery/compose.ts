// From a row of the queue to a mail's words and its address: what each kind needs beside the person.

import type { GrantPurpose } from '../../database/email-grants.ts';
import type { QueuedKind } from '../../database/mail-queue.ts';
import type { Dependencies } from '../../http/router.ts';
import { passwordResetSeconds, verificationSeconds } from '../../lifetimes.ts';
import { renderMail } from '../../mail/messages.ts';
import { grantSecrets, hashCode, hashToken } from '../../tokens/one-time.ts';
import { type DueMail, grantByMail } from './statements.ts';

type Parts = Pick<Dependencies, 'config' | 'database' | 'dataKeys' | 'now'>;
type Composed = ReturnType<typeof renderMail> & { readonly to: string };

/** Nothing where the mail has become pointless: its grant was spent, or a newer mail took its place. */
export const compose: Record<QueuedKind, (mail: DueMail, parts: Parts) => Promise<Composed | undefined>> = {
  'verify-email': (mail, parts) =>
    granting(mail, parts, {
      purpose: 'verify-email',
      to: mail.email,
      page: 'verify-email',
      seconds: verificationSeconds,
    }),
  'confirm-new-email': (mail, parts) =>
    granting(mail, parts, {
      purpose: 'change-email',
      to: text(mail, 'new_email'),
      page: 'verify-email',
      seconds: verificationSeconds,
    }),
  'reset-password': (mail, parts) =>
    granting(mail, parts, {
      purpose: 'reset-password',
      to: mail.email,
      page: 'reset-password',
      seconds: passwordResetSeconds,
    }),
  'address-taken': telling((mail, { config }) =>
    renderMail('address-taken', { ...addressed(mail, config), link: config.appOrigin }),
  ),
  'password-changed': telling((mail, { config }) =>
    renderMail('password-changed', { ...addressed(mail, config), when: new Date(mail.created_at) }),
  ),
  'email-change-requested': leaving('email-change-requested'),
  'email-changed': leaving('email-changed'),
  'session-stopped': telling((mail, { config }) => renderMail('session-stopped', sighted(mail, config))),
  'new-sign-in': telling((mail, { config }) => renderMail('new-sign-in', sighted(mail, config))),
};

/** Link and code are made here and their hashes kept before the mail leaves, so that they work when it arrives. */
async function granting(
  mail: DueMail,
  { config, database, dataKeys, now }: Parts,
  grant: {
    readonly purpose: GrantPurpose;
    readonly to: string;
    readonly page: 'verify-email' | 'reset-password';
    readonly seconds: number;
  },
): Promise<Composed | undefined> {
  const { purpose, to, page, seconds } = grant;
  const { token, code } = await grantSecrets(dataKeys, mail.id);
  const [codeHash = ''] = await hashCode(dataKeys, purpose, to, code);
  const granted = await grantByMail(database, {
    mailId: mail.id,
    userId: mail.user_id,
    purpose,
    email: to,
    tokenHash: await hashToken(token),
    codeHash,
    expiresAt: new Date(now().getTime() + seconds * 1000),
  });
  if (!granted) return undefined;
  const link = `${config.appOrigin}/${page}?token=${token}`;
  const kind = purpose === 'change-email' ? 'confirm-new-email' : purpose;
  return { to, ...renderMail(kind, { ...addressed(mail, config), link, code, validForSeconds: seconds }) };
}

/** A mail that only says something, to the address that the account has now. */
function telling(words: (mail: DueMail, parts: Parts) => ReturnType<typeof renderMail>) {
  return async (mail: DueMail, parts: Parts): Promise<Composed> => ({
    to: mail.email,
    ...words(mail, parts),
  });
}

/** To the address that is left: by now the account may have the other one. */
function leaving(kind: 'email-change-requested' | 'email-changed') {
  return async (mail: DueMail, { config }: Parts): Promise<Composed> => ({
    to: text(mail, 'old_email'),
    ...renderMail(kind, {
      ...addressed(mail, config),
      newEmail: text(mail, 'new_email'),
      when: new Date(mail.created_at),
    }),
  });
}

function addressed(mail: DueMail, config: Parts['config']) {
  return { serviceName: new URL(config.appOrigin).host, name: mail.name };
}

function sighted(mail: DueMail, config: Parts['config']) {
  return {
    ...addressed(mail, config),
    deviceName: text(mail, 'device_name'),
    ip: text(mail, 'ip') || null,
    when: new Date(mail.created_at),
  };
}

function text(mail: DueMail, detail: string): string {
  return String(mail.details[detail] ?? '');
}
