// Computes scrypt. Source: RFC 7914.

import { scrypt } from '@noble/hashes/scrypt.js';
import type { Scrypt } from '../stored-hash.ts';

type Parameters = Omit<Scrypt, 'kind' | 'tag'> & { readonly length: number };

export function compute(
  password: string,
  { cost, blockSize, parallelism, salt, length }: Parameters,
): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(scrypt(password, salt, { N: cost, r: blockSize, p: parallelism, dkLen: length }));
}
