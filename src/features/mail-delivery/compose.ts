// Composes a mail from its row in the queue: issues the grant that its letter carries, and renders the letter.

import { type GrantPurpose, grantPurposes } from '../../authentication/destinations.ts';
import type { Dependencies } from '../../context.ts';
import { digestOf } from '../../encoding.ts';
import { letters, type MailInputs, type MailKind } from '../../mail/letters.ts';
import { renderMail } from '../../mail/render.ts';
import { grantSecrets, hashCode } from '../../tokens/one-time.ts';
import { languageOf } from '../../words/languages.ts';
import { type DueMail, grantByMail } from './statements.ts';

type Parts = Pick<Dependencies, 'config' | 'database' | 'dataKeys' | 'now' | 'speechIn'>;
type ComposedMail = ReturnType<typeof renderMail> & { readonly to: string };
type IssuedGrant = { readonly link?: string; readonly code: string; readonly validForSeconds: number };

/** The page that the link of a mail opens. A sign-in has none: it begins on the device that asked for it. */
const pages: { readonly [Purpose in GrantPurpose]: string | undefined } = {
  register: 'verify-email',
  'change-email': 'verify-email',
  'reset-password': 'reset-password',
  'sign-in': undefined,
  'undo-email-change': 'undo-email-change',
};

/**
 * @returns undefined where the mail has become pointless: its grant was used, or another one for the address; or the account
 *   has no address.
 */
export async function compose(mail: DueMail, parts: Parts): Promise<ComposedMail | undefined> {
  const { kind, email: to } = mail;
  if (to === null) return undefined;
  const { grant: purpose } = letters[kind];
  const issued = purpose && (await issueGrant(mail, parts, purpose));
  if (purpose && !issued) return undefined;
  const speech = await parts.speechIn(languageOf(mail.locale));
  return { to, ...renderMail(kind, inputOf(mail, parts.config, issued), speech) };
}

/** Stores the hashes of link and code before the mail leaves, so that both work when it arrives. */
async function issueGrant(
  mail: DueMail,
  { config, database, dataKeys, now }: Parts,
  purpose: GrantPurpose,
): Promise<IssuedGrant | undefined> {
  // A mail that version 0.1.0 queued has no request. Whoever waits for it asks once more.
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
  const page = pages[purpose];
  // The page is in the mail's language (OpenID Connect Core, section 3.1.2.1).
  const language = mail.locale === null ? '' : `&ui_locales=${languageOf(mail.locale)}`;
  const link = page === undefined ? {} : { link: `${config.pagesOrigin}/${page}?token=${token}${language}` };
  return { ...link, code, validForSeconds: seconds };
}

/** What is known of any mail, and the details of this kind. A link without a grant leads to the app. */
function inputOf(
  mail: DueMail,
  config: Parts['config'],
  issued: IssuedGrant | undefined,
): MailInputs[MailKind] {
  const detail = (name: string) => String(mail.details[name] ?? '');
  return {
    name: mail.name,
    when: new Date(mail.created_at),
    ...(issued ?? { link: config.appOrigin }),
    ...letters[mail.kind].details?.(detail),
  };
}
