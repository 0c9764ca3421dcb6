// Notices that a factor was added or removed. Their link takes the change back.

import type { Speech } from '../../words/speech.ts';
import { type Device, deviceDetails, deviceFacts, fact } from '../facts.ts';
import { harmless } from '../harmless.ts';
import type { Fact, Letter, Notice, WithExpiringLink } from '../letter.ts';

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
type Describe = (what: string, speech: Speech) => Fact;

const named: Describe = (what, speech) => fact(speech, speech.words.mail.factorName, harmless(what));

/** As they write themselves. */
const brands: ReadonlyMap<string, string> = new Map([
  ['apple', 'Apple'],
  ['google', 'Google'],
]);

const withProvider: Describe = (what, speech) =>
  fact(speech, speech.words.mail.provider, brands.get(what) ?? harmless(what));

const factorChanged = (described: Describe = named): Letter<Notice & WithExpiringLink, Changed> => ({
  recipient: 'request',
  grant: 'undo-email-change',
  details: (detail) => ({ ...deviceDetails(detail), what: detail('name') }),
  content: (input, speech) => ({
    name: input.name,
    facts: [...(input.what ? [described(input.what, speech)] : []), ...deviceFacts(input, speech)],
    link: input.link,
    validForSeconds: input.validForSeconds,
  }),
});

export const factorLetters = {
  'totp-added': factorChanged(),
  'totp-removed': factorChanged(),
  'recovery-codes-renewed': factorChanged(),
  'passkey-added': factorChanged(),
  'passkey-removed': factorChanged(),
  'identity-added': factorChanged(withProvider),
  'identity-removed': factorChanged(withProvider),
} satisfies Record<FactorChange, unknown>;
