// Generates RSA keys, and reads existing ones from JWK Sets, PEM and base64 of PEM.

import { checkPrime, createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { calculateJwkThumbprint } from 'jose';
import { type PrivateJwk, PrivateKeySet } from '../tokens/private-key-set.ts';
import type { ManagedKey, ManagedKeySet } from './rotation.ts';

export const keyBits = [2048, 3072, 4096] as const;

export async function makeKey(bits: (typeof keyBits)[number]): Promise<PrivateJwk> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: bits });
  return asJwk(privateKey);
}

/**
 * Reads a private JWK Set, a PEM (PKCS #8 or PKCS #1), or the base64 of a PEM, which older services keep in
 * environment variables.
 *
 * @throws Error that says what is wrong and never quotes the input, which is secret.
 */
export async function readKeySet(text: string): Promise<ManagedKeySet> {
  const trimmed = text.trim();
  if (trimmed === '') throw new Error('There is no key set to read.');
  if (!trimmed.startsWith('{')) return { keys: [await readPem(trimmed)] };
  const { keys } = parseJson(trimmed);
  if (!Array.isArray(keys) || keys.length === 0) {
    throw new Error('This is JSON, but no JWK Set with keys in it: {"keys": [...]}.');
  }
  return { keys: await Promise.all(keys.map(readJwk)) };
}

function parseJson(text: string): { keys?: unknown } {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message would quote the secret.
    throw new Error('The key set is not valid JSON.');
  }
}

async function readJwk(jwk: ManagedKey): Promise<ManagedKey> {
  const read = await asJwk(privateKey({ key: jwk, format: 'jwk' }), jwk);
  // `kid` and timestamps are preserved; every other member is derived from the key.
  return {
    ...read,
    kid: jwk.kid ?? read.kid,
    ...(jwk.published_at !== undefined && { published_at: jwk.published_at }),
    ...(jwk.superseded_at !== undefined && { superseded_at: jwk.superseded_at }),
  };
}

async function readPem(text: string): Promise<PrivateJwk> {
  const pem = text.includes('-----BEGIN') ? text : Buffer.from(text, 'base64').toString('latin1');
  if (!pem.includes('-----BEGIN')) {
    throw new Error('This is neither a JWK Set nor a PEM nor the base64 of one (with npm: npm run -s keys).');
  }
  if (pem.includes('ENCRYPTED')) {
    throw new Error('The PEM is encrypted: openssl pkey -in key.pem takes the passphrase off.');
  }
  // Environment files often encode line breaks as \n.
  return asJwk(privateKey(pem.replaceAll('\\n', '\n')));
}

function privateKey(input: Parameters<typeof createPrivateKey>[0]): KeyObject {
  try {
    return createPrivateKey(input);
  } catch {
    throw new Error('This is not a private key.');
  }
}

/** @param declared the members of the JWK that was read. They must not declare another use of the key. */
async function asJwk(key: KeyObject, declared: Partial<PrivateJwk> = {}): Promise<PrivateJwk> {
  if (key.asymmetricKeyType !== 'rsa') throw new Error('The key is not an RSA key, which RS256 needs.');
  const { modulusLength: bits = 0 } = key.asymmetricKeyDetails ?? {};
  if (bits < 2048) throw new Error(`The key has ${bits} bits: RS256 needs 2048 (RFC 7518, section 3.3).`);
  const jwk = key.export({ format: 'jwk' });
  const named = {
    ...jwk,
    kid: await calculateJwkThumbprint(jwk as { kty: string }),
    alg: 'RS256',
    use: 'sig',
  } as PrivateJwk;
  await assertUsableKey(named, declared);
  return named;
}

/**
 * Checks what the service checks when it starts, and also that p and q are prime, which is too slow for the service.
 */
async function assertUsableKey(
  key: PrivateJwk,
  { alg = 'RS256', use = 'sig', key_ops = ['sign'] }: Partial<PrivateJwk>,
): Promise<void> {
  const { error } = PrivateKeySet.safeParse(JSON.stringify({ keys: [{ ...key, alg, use, key_ops }] }));
  if (error) throw new Error(`This key is not taken: ${error.issues[0]?.message}.`);
  const primes = [key.p, key.q].map((prime) => Buffer.from(prime, 'base64url'));
  const arePrime = await Promise.all(primes.map((prime) => promisify(checkPrime)(prime)));
  if (arePrime.includes(false)) throw new Error('This key is not taken: a prime of it is none.');
}
