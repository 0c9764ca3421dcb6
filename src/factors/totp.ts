// Time-based one-time passwords (RFC 6238): SHA-1, 6 digits, 30 seconds, which is what every authenticator app takes.
// Pure: the time and the randomness are handed in.

import { typedDigits } from '../typed-text.ts';

/** The length of the hash (RFC 4226, section 4, R6). */
const secretBytes = 20;

const digits = 6;
const stepSeconds = 30;

/** RFC 6238, section 5.2: one step for the time that the code is under way, and for a phone whose clock is off. */
const window = [1, 0, -1] as const;

export function newTotpSecret(randomBytes: (length: number) => Uint8Array): Uint8Array {
  return randomBytes(secretBytes);
}

/** What an authenticator app reads: https://github.com/google/google-authenticator/wiki/Key-Uri-Format. */
export function otpauthUri({
  secret,
  issuer,
  account,
}: {
  readonly secret: Uint8Array;
  readonly issuer: string;
  readonly account: string;
}): string {
  // The first colon ends the issuer. Form encoding would make a space a plus, which apps show as one.
  const name = encodeURIComponent(issuer.replaceAll(':', ' '));
  return `otpauth://totp/${name}:${encodeURIComponent(account)}?secret=${base32(secret)}&issuer=${name}`;
}

/** A typed code as six ASCII digits; undefined for what is none, which is a typing error and no attempt. */
export function readTotp(typed: string): string | undefined {
  return typedDigits(typed, [digits]);
}

/**
 * The step of time that the code is of: of the present one and the two beside it the newest, since a step works once.
 *
 * Constant work: every step is computed, whichever matches.
 */
export async function matchingStep(secret: Uint8Array, code: string, now: Date): Promise<number | undefined> {
  const present = Math.floor(now.getTime() / 1000 / stepSeconds);
  const steps = window.map((offset) => present + offset);
  const codes = await Promise.all(steps.map((step) => oneTimePassword(secret, step)));
  return steps.filter((_, index) => codes[index] === code)[0];
}

/** HOTP (RFC 4226, section 5.3): dynamic truncation of the counter's HMAC. */
export async function oneTimePassword(secret: Uint8Array, counter: number, length = digits): Promise<string> {
  const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-1' }, false, ['sign']);
  const message = new DataView(new ArrayBuffer(8));
  message.setBigUint64(0, BigInt(counter));
  const hash = new DataView(await crypto.subtle.sign('HMAC', key, message));
  const offset = hash.getUint8(hash.byteLength - 1) & 0xf;
  const number = hash.getUint32(offset) & 0x7fff_ffff;
  return String(number % 10 ** length).padStart(length, '0');
}

const base32Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648, section 6, without padding. */
export function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += base32Alphabet[(value >>> (bits - 5)) & 31];
    value &= 0xff;
  }
  return bits > 0 ? text + base32Alphabet[(value << (5 - bits)) & 31] : text;
}
