// Computes PBKDF2 with HMAC. Source: RFC 8018 section 5.2.

import { sha1 } from '@noble/hashes/legacy.js';
import { pbkdf2 } from '@noble/hashes/pbkdf2.js';
import { sha512 } from '@noble/hashes/sha2.js';
import type { Pbkdf2 } from '../stored-hash.ts';
import { pbkdf2Sha256 } from './pbkdf2-sha256.ts';

/** A limit of WebCrypto in production Workers, which throws above it. Local workerd and Node have no such limit. */
const maximumNativeIterations = 100_000;

export async function compute(password: string, stored: Pbkdf2): Promise<Uint8Array> {
  const { hash, iterations, salt, tag } = stored;
  const bytes = new TextEncoder().encode(password);
  const { length } = tag;
  if (iterations <= maximumNativeIterations) {
    const key = await crypto.subtle.importKey('raw', bytes, 'PBKDF2', false, ['deriveBits']);
    const parameters = { name: 'PBKDF2', hash, iterations, salt };
    return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, 8 * length));
  }
  if (hash === 'SHA-256') return pbkdf2Sha256(bytes, salt, { iterations, length });
  return pbkdf2(hash === 'SHA-1' ? sha1 : sha512, bytes, salt, { c: iterations, dkLen: length });
}
