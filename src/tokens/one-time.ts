// What a mailed link and its typed code are made of, and what is kept of them: never anything that could be used.

import { base64url } from 'jose';
import { type DataKeys, mac } from './data-keys.ts';

const codes = 1_000_000;

/**
 * The token of a link (256 bits, base64url) and the code (six digits) of one mail. They are computed from its id rather
 * than drawn, so that a second attempt at a mail whose first may have arrived holds the same words.
 */
export async function grantSecrets(
  [key]: DataKeys,
  mailId: string,
): Promise<{ token: string; code: string }> {
  const [token, code] = await Promise.all([
    mac(key.grants, ['token', mailId]),
    mac(key.grants, ['code', mailId]),
  ]);
  // 2^64 is so many times a million that no code is noticeably likelier than another.
  const number = new DataView(code.buffer).getBigUint64(0) % BigInt(codes);
  return { token: base64url.encode(token), code: String(number).padStart(6, '0') };
}

/** SHA-256, base64url. Enough for anything with 128 random bits or more: nobody can try those out. */
export async function hashToken(token: string): Promise<string> {
  return base64url.encode(
    new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token))),
  );
}

/**
 * HMAC-SHA-256, base64url, under each of the keys; the first is the one to keep. Bound to the address and the purpose,
 * so that a code means nothing elsewhere.
 */
export function hashCode(keys: DataKeys, purpose: string, email: string, code: string): Promise<string[]> {
  return Promise.all(
    keys.map(async ({ grants }) => base64url.encode(await mac(grants, ['code hash', purpose, email, code]))),
  );
}
