// Computes Argon2i and Argon2d, which the WebAssembly module for our own hashes lacks. Source: RFC 9106.

import { argon2d, argon2i } from '@noble/hashes/argon2.js';
import type { Argon2 } from '../argon2-string.ts';

export function compute(password: string, { kind, kibibytes, passes, lanes, salt, tag }: Argon2): Uint8Array {
  const variant = kind === 'argon2i' ? argon2i : argon2d;
  return variant(password, salt, { m: kibibytes, t: passes, p: lanes, dkLen: tag.length });
}
