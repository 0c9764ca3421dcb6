// A private RSA key as REFRESH_TOKEN_KEYS holds it.

import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';

export async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: await calculateJwkThumbprint(jwk) };
}
