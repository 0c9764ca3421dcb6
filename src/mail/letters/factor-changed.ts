// Notices that a factor was added or removed. Their link takes the change back.

import { type Device, deviceDetails, deviceFacts } from '../device.ts';
import type { Letter, Notice, WithExpiringLink } from '../letter.ts';
import { duration, harmless, noticePreview, securityReason } from '../phrases.ts';

export type FactorChange =
  | 'totp-added'
  | 'totp-removed'
  | 'recovery-codes-renewed'
  | 'passkey-added'
  | 'passkey-removed'
  | 'identity-added'
  | 'identity-removed';

/** `what` is the user's own name for it; of an identity, the provider. */
type Changed = Device & { readonly what: string };

const named = (what: string) => ['Name', harmless(what)] as const;

/** As they write themselves. */
const brands: ReadonlyMap<string, string> = new Map([
  ['apple', 'Apple'],
  ['google', 'Google'],
]);

const withProvider = (what: string) => ['Account with', brands.get(what) ?? harmless(what)] as const;

function factorChanged(
  subject: string,
  opening: string,
  fact: (what: string) => readonly [string, string] = named,
): Letter<Notice & WithExpiringLink, Changed> {
  return {
    recipient: 'request',
    grant: 'undo-email-change',
    details: (detail) => ({ ...deviceDetails(detail), what: detail('name') }),
    words: (input) => ({
      subject: `${subject} at ${input.serviceName}`,
      preview: noticePreview,
      heading: subject,
      name: input.name,
      opening: `${opening} ${input.serviceName}.`,
      facts: [...(input.what ? [fact(input.what)] : []), ...deviceFacts(input)],
      action: { label: 'This was not me: undo it', link: input.link },
      closing: `If it was you, there is nothing to do. If it was not, somebody has got into your account. The button takes back this change and whatever came after it, signs out every device and lets you choose a new password, for ${duration(input.validForSeconds)}.`,
      reason: securityReason(input.serviceName),
    }),
  };
}

export const factorLetters = {
  'totp-added': factorChanged(
    'Two-step sign-in was turned on',
    'From now on a code from an authenticator app is asked for when you sign in at',
  ),
  'totp-removed': factorChanged(
    'Two-step sign-in was turned off',
    'No code from an authenticator app is asked for any more when you sign in at',
  ),
  'recovery-codes-renewed': factorChanged(
    'New recovery codes were made',
    'The recovery codes that you had before do not work any more at',
  ),
  'passkey-added': factorChanged('A passkey was added', 'A new passkey opens your account at'),
  'passkey-removed': factorChanged(
    'A passkey was removed',
    'A passkey does not open your account any more at',
  ),
  'identity-added': factorChanged(
    'A sign-in by another service was added',
    'An account that you have with somebody else now opens your account at',
    withProvider,
  ),
  'identity-removed': factorChanged(
    'A sign-in by another service was removed',
    'An account that you have with somebody else does not open your account any more at',
    withProvider,
  ),
} satisfies Record<FactorChange, unknown>;
