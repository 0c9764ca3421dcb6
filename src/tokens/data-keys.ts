// DATA_KEYS: the secret of everything that is sealed, mailed or looked up by a hash, apart from the keys that sign tokens.

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

/** A JWK Set of symmetric keys as a JSON text (RFC 7517, section 5; RFC 7518, section 6.4), 256 bits each. */
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
      ),
    },
    { error: notAKeySet },
  ),
);

/** What one data key is used for, a derived key for each (HKDF, RFC 5869). */
type DerivedKeys = {
  /** AES-256-GCM, and the HMAC that makes its initialisation vectors. */
  readonly sealing: CryptoKey;
  readonly vectors: CryptoKey;
  /** HMAC-SHA-256: what a mailed link and its code are made of. */
  readonly grants: CryptoKey;
  /** HMAC-SHA-256: what is only looked up or picked by. */
  readonly lookups: CryptoKey;
};

/** The first key seals and makes; all of them open and compare, so that a rotation kills nothing under way. */
export type DataKeys = readonly [DerivedKeys, ...DerivedKeys[]];

/** Once per isolate. */
export async function importDataKeys(keys: readonly DataJwk[]): Promise<DataKeys> {
  const [first, ...others] = await Promise.all(keys.map(({ k }) => derive(base64url.decode(k))));
  if (!first) throw new TypeError('A key set needs at least one key');
  return [first, ...others];
}

type DeriveArguments = Parameters<typeof crypto.subtle.deriveKey>;

async function derive(secret: Uint8Array): Promise<DerivedKeys> {
  const text = new TextEncoder();
  const master = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey']);
  const derived = (info: string, algorithm: object, usages: DeriveArguments[4]) =>
    crypto.subtle.deriveKey(
      { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: text.encode(`latchkey ${info}`) },
      master,
      algorithm as DeriveArguments[2],
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

/** HMAC-SHA-256 of parts that cannot run into each other. */
export async function mac(key: CryptoKey, parts: readonly string[]): Promise<Uint8Array<ArrayBuffer>> {
  const message = new TextEncoder().encode(JSON.stringify(parts));
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, message));
}
