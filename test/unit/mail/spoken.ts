// Every kind of mail in every language, as they are sent.

import { type Brand, defaultColor, palettes } from '../../../src/brand.ts';
import { allWords } from '../../../src/build/all-words.ts';
import { letters, type MailInputs, type MailKind } from '../../../src/mail/letters.ts';
import { renderMail } from '../../../src/mail/render.ts';
import type { Language } from '../../../src/words/languages.ts';
import { createSpeech } from '../../../src/words/speech.ts';

export const kinds = Object.keys(letters) as MailKind[];

const brand: Brand = {
  name: 'auth.example.com',
  supportEmail: undefined,
  logoUrl: undefined,
  ...palettes(defaultColor),
};

const person = { name: 'Anna' };
/** As long as they are, and with what has to be escaped. */
export const link = `https://auth.example.com/verify-email?token=r${'a_b-C9'.repeat(7)}z&x='1'`;
export const code = '048213';
const oneTime = { ...person, link, code, validForSeconds: 900 };
const when = new Date('2026-11-24T23:19:42.123Z');
const sighting = { ...person, deviceName: 'Pixel 9', when, ip: '2001:db8::7334' };
const factor = { ...sighting, what: 'Yubikey', link, validForSeconds: 604_800 };

export const inputs: MailInputs = {
  'verify-email': oneTime,
  'reset-password': oneTime,
  'sign-in-code': { ...person, code, validForSeconds: 900 },
  'address-taken': { ...person, link },
  'password-changed': { ...person, when },
  'email-change-requested': { ...person, newEmail: 'new@example.org', when },
  'email-changed': { ...person, newEmail: 'new@example.org', when, link, validForSeconds: 604_800 },
  'email-change-undone': oneTime,
  'account-deleted': { ...person, when },
  'apple-account-deleted': { ...person, when },
  'confirm-new-email': oneTime,
  'session-stopped': sighting,
  'device-key-refused': sighting,
  'new-sign-in': sighting,
  'totp-added': factor,
  'totp-removed': factor,
  'recovery-codes-renewed': factor,
  'passkey-added': factor,
  'passkey-removed': factor,
  'identity-added': factor,
  'identity-removed': factor,
};

export function speechIn(language: Language, branding: Partial<Brand> = {}) {
  return createSpeech({ language, words: allWords[language], brand: { ...brand, ...branding } });
}

export function mailIn(
  language: Language,
  kind: MailKind,
  changes: object = {},
  branding: Partial<Brand> = {},
) {
  return renderMail(kind, { ...inputs[kind], ...changes }, speechIn(language, branding));
}
