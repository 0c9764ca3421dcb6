// What a mailed link and its typed code are made of, and what is kept of them: never anything that could be used.

import { base64url } from 'jose';
import { type DataKeys, mac } from './data-keys.ts';

/** What a link is for shows in the first letter of its token, so that a page knows what to ask for. */
const tokenLetters = {
  register: 'r',
  'change-email': 'c',
  'reset-password': 'p',
  'undo-email-change': 'u',
} as const;

/** Without I, L, O and U, so that none is taken for another (Crockford's base32). */
const longCodeAlphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * The token of a link (256 bits, base64url, after its letter) and the code of one mail: digits, or beyond eight of them
 * characters of base32. They are computed from the mail's id rather than drawn, so that a second attempt at a mail whose first may
 * have arrived holds the same words.
 */
export async function grantSecrets(
  [{ grants }]: DataKeys,
  mailId: string,
  { purpose, codeLength }: { readonly purpose: keyof typeof tokenLetters; readonly codeLength: number },
): Promise<{ token: string; code: string }> {
  const [token, code] = await Promise.all([mac(grants, ['token', mailId]), mac(grants, ['code', mailId])]);
  return { token: tokenLetters[purpose] + base64url.encode(token), code: codeOf(code, codeLength) };
}

function codeOf(bytes: Uint8Array<ArrayBuffer>, length: number): string {
  if (length > 8) {
    return Array.from(bytes.subarray(0, length), (byte) => longCodeAlphabet[byte % 32]).join('');
  }
  // 2^64 is so many times 100 million that no code is noticeably likelier than another.
  const number = new DataView(bytes.buffer).getBigUint64(0) % 10n ** BigInt(length);
  return String(number).padStart(length, '0');
}

/** Whether a mail program has cut nothing off, and what the link is for: seen without asking the database. */
export function isToken(text: string | undefined, purpose: keyof typeof tokenLetters): text is string {
  return text !== undefined && /^[\w-]{44}$/.test(text) && text.startsWith(tokenLetters[purpose]);
}

/**
 * HMAC-SHA-256, base64url, under each of the keys; the first is the one to keep. Bound to the request, so that a code means
 * nothing with another handle.
 */
export function hashCode(keys: DataKeys, requestId: string, code: string): Promise<string[]> {
  return Promise.all(
    keys.map(async ({ grants }) => base64url.encode(await mac(grants, ['code hash', requestId, code]))),
  );
}
