// One sample of each mail, as the page of mails shows it. A kind without one does not compile.
import { passwordResetSeconds, signInCodeSeconds, undoSeconds, verificationSeconds } from '../lifetimes.ts';
import type { MailInputs } from '../mail/letters.ts';
import type { Words } from '../words/words.ts';

/** Where the sample's service is. */
export const sampleOrigin = 'https://auth.example.com';

const person = { name: 'Ada Lovelace' };
const when = new Date('2026-11-24T23:19:00Z');
const to = (page: string) => ({ link: `${sampleOrigin}/${page}?token=${'sample'.repeat(7)}` });
const proof = { ...person, ...to('verify-email'), code: '481516', validForSeconds: verificationSeconds };
const reset = { ...person, ...to('reset-password'), validForSeconds: passwordResetSeconds };
const change = { ...person, ...to('undo-email-change'), when, validForSeconds: undoSeconds };
const seen = { ...person, when, deviceName: 'Firefox on Linux', ip: '203.0.113.7' };
const factor = { ...seen, ...change, what: '' };

/** By what says it: where somebody else asks for a mail of a kind, other sentences do. */
export type SampleName = keyof Words['mails'];

type Samples = MailInputs &
  Pick<{ [Name in SampleName]: MailInputs['reset-password'] }, 'reset-password-by-operator'>;

export const mailSamples: Samples = {
  'verify-email': proof,
  'reset-password': { ...reset, code: '48151623' },
  'reset-password-by-operator': { ...reset, code: '48151623', byOperator: true },
  'sign-in-code': { ...person, code: '481516', validForSeconds: signInCodeSeconds },
  'address-taken': { ...person, link: sampleOrigin },
  'password-changed': { ...person, when },
  'email-change-requested': { ...person, newEmail: 'ada@example.org', when },
  'email-changed': { ...change, newEmail: 'ada@example.org' },
  'email-change-undone': { ...reset, code: 'K7QM4T9XW2PD' },
  'account-deleted': { ...person, when },
  'apple-account-deleted': { ...person, when },
  'confirm-new-email': proof,
  'session-stopped': seen,
  'device-key-refused': seen,
  'new-sign-in': seen,
  'totp-added': factor,
  'totp-removed': factor,
  'recovery-codes-renewed': factor,
  'passkey-added': { ...factor, what: 'Ada’s phone' },
  'passkey-removed': { ...factor, what: 'Ada’s phone' },
  'identity-added': { ...factor, what: 'apple' },
  'identity-removed': { ...factor, what: 'google' },
} satisfies Record<SampleName, object>;
