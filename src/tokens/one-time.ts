// One-time tokens and codes in mails. The database holds only their hashes, which cannot be redeemed.

import { base64url } from 'jose';
import { crockfordAlphabet } from '../typed-text.ts';
import { type DataKeys, mac } from './data-keys.ts';

/** The first letter of a link's token is its purpose, so that a page knows which form to show. */
const purposePrefixes = {
  register: 'r',
  'change-email': 'c',
  'reset-password': 'p',
  // Of a sign-in no link is mailed: its token is in nobody's hands.
  'sign-in': 's',
  'undo-email-change': 'u',
} as const;

/**
 * The token of a mail's link (its prefix and 256 bits in base64url) and the mail's code: up to eight digits; longer
 * codes are base32. Both are derived from the mail's id, not random. Delivery may be retried after an attempt that
 * arrived after all, and both copies must then hold the same secrets.
 */
export async function grantSecrets(
  [{ grants }]: DataKeys,
  mailId: string,
  { purpose, codeLength }: { readonly purpose: keyof typeof purposePrefixes; readonly codeLength: number },
): Promise<{ token: string; code: string }> {
  const [token, code] = await Promise.all([mac(grants, ['token', mailId]), mac(grants, ['code', mailId])]);
  return { token: purposePrefixes[purpose] + base64url.encode(token), code: formatCode(code, codeLength) };
}

function formatCode(bytes: Uint8Array<ArrayBuffer>, length: number): string {
  if (length > 8) {
    return Array.from(bytes.subarray(0, length), (byte) => crockfordAlphabet[byte % 32]).join('');
  }
  // Modulo bias is negligible: 2^64 is a large multiple of 10^8, so all codes are practically equally likely.
  const number = new DataView(bytes.buffer).getBigUint64(0) % 10n ** BigInt(length);
  return String(number).padStart(length, '0');
}

/**
 * Checks the form and the purpose of a token without a database query. Mail programs sometimes truncate links: such a
 * token is recognized here.
 */
export function isToken(text: string | undefined, purpose: keyof typeof purposePrefixes): text is string {
  return text !== undefined && /^[\w-]{44}$/.test(text) && text.startsWith(purposePrefixes[purpose]);
}

/**
 * HMAC-SHA-256 in base64url under each of the keys; the first is the one to store. A keyed hash, as a short code
 * could be found by brute force from a plain one. The request's id is part of it, so that a code is valid for its own
 * request only.
 */
export function hashCode(keys: DataKeys, requestId: string, code: string): Promise<string[]> {
  return Promise.all(
    keys.map(async ({ grants }) => base64url.encode(await mac(grants, ['code hash', requestId, code]))),
  );
}
