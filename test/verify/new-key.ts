// A private key as the service keeps it, made by jose, in workerd and in Node alike.

import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import type { PrivateJwk } from '../../src/tokens/private-key-set.ts';

/** `kid` is the thumbprint of RFC 7638 unless a test wants to lie about it. */
export async function newKey(kid?: string): Promise<PrivateJwk> {
  const { privateKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: kid ?? (await calculateJwkThumbprint(jwk)) } as PrivateJwk;
}

export const asSet = (...keys: readonly PrivateJwk[]): string => JSON.stringify({ keys });
