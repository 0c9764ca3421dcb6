// Keys of identity providers, made and used by Web Cryptography alone.

import { base64url } from 'jose';

export type Algorithm = keyof typeof parameters;

const rsa = { modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1), hash: 'SHA-256' };
const parameters = {
  RS256: { ...rsa, name: 'RSASSA-PKCS1-v1_5' },
  PS256: { ...rsa, name: 'RSA-PSS', saltLength: 32 },
  ES256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  ES384: { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' },
  EdDSA: { name: 'Ed25519' },
} as const;

export type SigningKey = Promise<{
  kid: string;
  jwk: JsonWebKey & { kid: string };
  sign(input: string): Promise<string>;
}>;

/** By their names: making an RSA key takes long. */
const keys = new Map<string, SigningKey>();

export function keyNamed(algorithm: Algorithm, name: string): SigningKey {
  const id = `${algorithm} ${name}`;
  const key = keys.get(id) ?? newSigningKey(algorithm);
  keys.set(id, key);
  return key;
}

/** @param changed of the algorithm's parameters, for keys that are too weak. */
export async function newSigningKey(algorithm: Algorithm, changed: object = {}): SigningKey {
  const algorithmParameters = { ...parameters[algorithm], ...changed };
  const pair = (await crypto.subtle.generateKey(algorithmParameters, true, [
    'sign',
    'verify',
  ])) as CryptoKeyPair;
  const { kty, n, e, crv, x, y } = (await crypto.subtle.exportKey('jwk', pair.publicKey)) as JsonWebKey;
  const kid = crypto.randomUUID();
  return {
    kid,
    jwk: JSON.parse(JSON.stringify({ kty, n, e, crv, x, y, kid, alg: algorithm, use: 'sig' })),
    async sign(input) {
      const signature = await crypto.subtle.sign(
        algorithmParameters,
        pair.privateKey,
        new TextEncoder().encode(input),
      );
      return base64url.encode(new Uint8Array(signature));
    },
  };
}
