// One sample of each kind of mail, as the page of mails shows it. A kind without one does not compile.
import { passwordResetSeconds, signInCodeSeconds, undoSeconds, verificationSeconds } from '../lifetimes.ts';
import type { MailInputs } from '../mail/letters.ts';

const serviceName = 'auth.example.com';
const person = { serviceName, name: 'Ada Lovelace' };
const when = new Date('2026-11-24T23:19:00Z');
const to = (page: string) => ({ link: `https://${serviceName}/${page}?token=${'sample'.repeat(7)}` });
const proof = { ...person, ...to('verify-email'), code: '481516', validForSeconds: verificationSeconds };
const reset = { ...person, ...to('reset-password'), validForSeconds: passwordResetSeconds };
const change = { ...person, ...to('undo-email-change'), when, validForSeconds: undoSeconds };
const seen = { ...person, when, deviceName: 'Firefox on Linux', ip: '203.0.113.7' };
const factor = { ...seen, ...change, what: '' };

export const mailSamples: MailInputs = {
  'verify-email': proof,
  'reset-password': { ...reset, code: '48151623' },
  'sign-in-code': { ...person, code: '481516', validForSeconds: signInCodeSeconds },
  'address-taken': { ...person, link: `https://${serviceName}` },
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
};
