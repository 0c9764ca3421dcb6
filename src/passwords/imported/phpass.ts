// Computes portable phpass hashes (WordPress before 6.8, phpBB): iterated MD5.
// Source: https://www.openwall.com/phpass/.

import { md5 } from '@noble/hashes/legacy.js';
import type { Phpass } from '../crypt-string.ts';
import { bounded, cryptBase64 } from './crypt-base64.ts';

export function compute(password: string, { rounds, salt }: Phpass): Uint8Array | undefined {
  return bounded(password, (bytes) => {
    let digest = md5(Uint8Array.of(...salt, ...bytes));
    const next = Uint8Array.of(...digest, ...bytes);
    for (let round = 0; round < rounds; round += 1) {
      next.set(digest);
      digest = md5(next);
    }
    const groups = [0, 3, 6, 9, 12, 15].map((start) => [...digest.subarray(start, start + 3)]);
    return cryptBase64(groups);
  });
}
