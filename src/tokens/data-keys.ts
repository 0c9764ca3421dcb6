// DATA_KEYS: symmetric keys for whatever the service encrypts, mails or looks up by a keyed hash. Tokens are signed
// with other keys.

import { base64url, type CryptoKey } from 'jose';
import * as z from 'zod/mini';

const keyBytes = 32;

const DataJwk = z.object(
  {
    kty: z.literal('oct', { error: '"kty" must be "oct"' }),
    kid: z.string({ error: '"kid" is missing' }).check(z.minLength(1, { error: '"kid" is missing' })),
    k: z
      .string({ error: '"k" is missing' })
      .check(z.regex(/^[A-Za-z0-9_-]{43}$/, { error: '"k" must be 32 bytes in base64url' })),
  },
  { error: 'must be a symmetric JWK' },
);

export type DataJwk = z.infer<typeof DataJwk>;

const notAKeySet = 'must be a JWK Set: {"keys": [symmetric keys]} (npm run keys -- new data makes one)';

/** Parses a JWK Set of 256-bit symmetric keys from JSON text (RFC 7517, section 5; RFC 7518, section 6.4). */
export const DataKeySet = z.pipe(
  z.pipe(
    z.string({ error: ({ input }) => (input === undefined ? 'is missing' : 'must be a JSON text') }),
    z.transform((text: string) => {
      try {
        return JSON.parse(text);
      } catch {
        return null;
      }
    }),
  ),
  z.object(
    {
      keys: z.array(DataJwk, { error: notAKeySet }).check(
        z.minLength(1, { error: 'must hold at least one key' }),
        z.refine((keys) => new Set(keys.map((key) => key.k)).size === keys.length, {
          error: 'has one key twice',
        }),
        // What is kept in the database says by its `kid` which of them sealed it.
        z.refine((keys) => new Set(keys.map((key) => key.kid)).size === keys.length, {
          error: 'has one "kid" twice',
        }),
      ),
    },
    { error: notAKeySet },
  ),
);

/** Key separation: one key per use, derived from a data key with HKDF (RFC 5869). */
type DerivedKeys = {
  readonly kid: string;
  /** AES-256-GCM. */
  readonly sealing: CryptoKey;
  /** HMAC-SHA-256: derives the initialization vectors of `sealing`. */
  readonly vectors: CryptoKey;
  /** HMAC-SHA-256: derives the token and the code of a mail. */
  readonly grants: CryptoKey;
  /** HMAC-SHA-256: keyed hashes that only serve as lookup keys. */
  readonly lookups: CryptoKey;
};

/**
 * The first key encrypts and derives; every key decrypts and compares. Key rotation therefore invalidates nothing
 * that is still in use.
 */
export type DataKeys = readonly [DerivedKeys, ...DerivedKeys[]];

/** Imports and derives the keys, in the same order. Call it once per isolate. */
export async function importDataKeys(keys: readonly DataJwk[]): Promise<DataKeys> {
  const [first, ...others] = await Promise.all(
    keys.map(async ({ kid, k }) => ({ kid, ...(await derive(base64url.decode(k))) })),
  );
  if (!first) throw new TypeError('A key set needs at least one key');
  return [first, ...others];
}

type DeriveArguments = Parameters<typeof crypto.subtle.deriveKey>;

async function derive(secret: Uint8Array): Promise<Omit<DerivedKeys, 'kid'>> {
  const text = new TextEncoder();
  const master = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey']);
  const derived = (info: string, algorithm: DeriveArguments[2], usages: DeriveArguments[4]) =>
    crypto.subtle.deriveKey(
      { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: text.encode(`latchkey ${info}`) },
      master,
      algorithm,
      false,
      usages,
    );
  const hmac = { name: 'HMAC', hash: 'SHA-256', length: keyBytes * 8 };
  const [sealing, vectors, grants, lookups] = await Promise.all([
    derived('sealing', { name: 'AES-GCM', length: keyBytes * 8 }, ['encrypt', 'decrypt']),
    derived('sealing vectors', hmac, ['sign']),
    derived('mailed grants', hmac, ['sign']),
    derived('lookups', hmac, ['sign']),
  ]);
  return { sealing, vectors, grants, lookups };
}

/**
 * HMAC-SHA-256 of several parts. They are encoded as JSON, so that ["ab", "c"] and ["a", "bc"] have different MACs.
 */
export async function mac(key: CryptoKey, parts: readonly string[]): Promise<Uint8Array<ArrayBuffer>> {
  const message = new TextEncoder().encode(JSON.stringify(parts));
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, message));
}
