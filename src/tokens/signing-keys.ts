// An imported key set: the first key signs, every key verifies, and only public members can be published.

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

/** Imports a private JWK Set (RFC 7517). Call it once per isolate: importing a key costs as much as a signature. */
export async function importKeySet(keys: readonly PrivateJwk[]): Promise<KeySet> {
  const [first] = keys;
  if (!first) throw new TypeError('A key set needs at least one key');
  const publicKeys = keys.map(publicJwkOf);
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

/** An allowlist of public members. A denylist could leak a private member that somebody forgot to exclude. */
function publicJwkOf({ kid, n, e }: PrivateJwk): PublicJwk {
  return { kty: 'RSA', alg: algorithm, use: 'sig', kid, n, e };
}
