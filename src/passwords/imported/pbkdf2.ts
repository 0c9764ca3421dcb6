// PBKDF2 with HMAC. Source: RFC 8018 section 5.2.

import { sha1 } from '@noble/hashes/legacy.js';
import { pbkdf2 } from '@noble/hashes/pbkdf2.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import type { Pbkdf2 } from '../stored-hash.ts';

/** Above it, WebCrypto throws on Cloudflare's machines, and on no other. */
const mostNativeIterations = 100_000;

const hashes = { 'SHA-1': sha1, 'SHA-256': sha256, 'SHA-512': sha512 };

export async function compute(password: string, stored: Pbkdf2): Promise<Uint8Array> {
  const { hash, iterations, salt, tag } = stored;
  if (iterations > mostNativeIterations)
    return pbkdf2(hashes[hash], password, salt, { c: iterations, dkLen: tag.length });
  const bytes = new TextEncoder().encode(password);
  const key = await crypto.subtle.importKey('raw', bytes, 'PBKDF2', false, ['deriveBits']);
  const parameters = { name: 'PBKDF2', hash, iterations, salt };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, 8 * tag.length));
}
