// What a mailed link and its typed code are made of, and what is kept of them: never anything that could be used.

import { base64url } from 'jose';

const codes = 1_000_000;

/** HMAC-SHA-256 keys, one for each refresh-token key, the newest first, so that a rotation kills no mail under way. */
export type GrantKeys = readonly CryptoKey[];

/**
 * Derives the keys (HKDF, RFC 5869) from the private halves of the refresh-token keys, which no table holds: a stolen
 * database reveals neither a link nor six digits.
 */
export async function deriveGrantKeys(keys: readonly { readonly d: string }[]): Promise<GrantKeys> {
  const text = new TextEncoder();
  return Promise.all(
    keys.map(async ({ d }) => {
      const secret = await crypto.subtle.importKey('raw', text.encode(d), 'HKDF', false, ['deriveKey']);
      return crypto.subtle.deriveKey(
        {
          name: 'HKDF',
          hash: 'SHA-256',
          salt: new Uint8Array(),
          info: text.encode('latchkey mailed grants'),
        },
        secret,
        { name: 'HMAC', hash: 'SHA-256', length: 256 },
        false,
        ['sign'],
      );
    }),
  );
}

/**
 * The token of a link (256 bits, base64url) and the code (six digits) of one mail. They are computed from its id rather
 * than drawn, so that a second attempt at a mail whose first may have arrived holds the same words.
 */
export async function grantSecrets(
  [key]: GrantKeys,
  mailId: string,
): Promise<{ token: string; code: string }> {
  if (!key) throw new TypeError('A grant needs a key');
  const [token, code] = await Promise.all([mac(key, ['token', mailId]), mac(key, ['code', mailId])]);
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
export function hashCode(keys: GrantKeys, purpose: string, email: string, code: string): Promise<string[]> {
  return Promise.all(
    keys.map(async (key) => base64url.encode(await mac(key, ['code hash', purpose, email, code]))),
  );
}

async function mac(key: CryptoKey, message: readonly string[]): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(
    await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(JSON.stringify(message))),
  );
}
