// A key set as the service uses it: one key signs, every key verifies, and only the public parts can be shown.

import { type CryptoKey, importJWK } from 'jose';
import { algorithm } from './kinds.ts';
import type { PrivateJwk } from './private-key-set.ts';

export type PublicJwk = {
  readonly kty: 'RSA';
  readonly alg: typeof algorithm;
  readonly use: 'sig';
  readonly kid: string;
  readonly n: string;
  readonly e: string;
};

export type KeySet = {
  readonly signing: { readonly kid: string; readonly key: CryptoKey };
  /** By `kid`. */
  readonly verifying: ReadonlyMap<string, CryptoKey>;
  readonly publicKeys: readonly PublicJwk[];
};

/**
 * Imports the keys of a private JWK Set (RFC 7517), the first of which signs. Once per isolate: an import costs as much
 * as a signature.
 */
export async function importKeySet(keys: readonly PrivateJwk[]): Promise<KeySet> {
  const [first] = keys;
  if (!first) throw new TypeError('A key set needs at least one key');
  const publicKeys = keys.map(publicPart);
  return {
    signing: { kid: first.kid, key: (await importJWK(first, algorithm)) as CryptoKey },
    verifying: new Map(
      await Promise.all(
        publicKeys.map(async (jwk) => [jwk.kid, (await importJWK(jwk, algorithm)) as CryptoKey] as const),
      ),
    ),
    publicKeys,
  };
}

/** Built from the members that may be known rather than by leaving out the others. */
function publicPart({ kid, n, e }: PrivateJwk): PublicJwk {
  return { kty: 'RSA', alg: algorithm, use: 'sig', kid, n, e };
}
