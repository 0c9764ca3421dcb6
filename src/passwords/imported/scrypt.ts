// scrypt. Source: RFC 7914.

import { scrypt } from '@noble/hashes/scrypt.js';
import type { Scrypt } from '../stored-hash.ts';

export function compute(password: string, { cost, blockSize, parallelism, salt, tag }: Scrypt): Uint8Array {
  return scrypt(password, salt, { N: cost, r: blockSize, p: parallelism, dkLen: tag.length });
}
