// Computes SHA-crypt, the $5$ and $6$ hashes of crypt(3). Numbers in comments are the steps of the specification,
// https://www.akkadia.org/drepper/SHA-crypt.txt.

import { sha256, sha512 } from '@noble/hashes/sha2.js';
import type { ShaCrypt } from '../crypt-string.ts';
import { bounded, cryptBase64 } from './crypt-base64.ts';

const hashes = { 'SHA-256': sha256, 'SHA-512': sha512 };

export function compute(password: string, { hash: name, rounds, salt }: ShaCrypt): Uint8Array | undefined {
  const hash = hashes[name];
  return bounded(password, (key) => {
    const alternate = hash(joined(key, salt, key)); // 4 to 8
    const bits: Uint8Array[] = [];
    for (let length = key.length; length > 0; length >>= 1) bits.push(length & 1 ? alternate : key); // 11
    let digest = hash(joined(key, salt, repeated(alternate, key.length), ...bits)); // 1 to 12
    const p = repeated(hash(repeated(key, key.length ** 2)), key.length); // 13 to 16
    const s = repeated(hash(repeated(salt, salt.length * (16 + (digest[0] ?? 0)))), salt.length); // 17 to 20

    // 21. The input of a round depends only on its number modulo 2, 3 and 7. So there are 42 layouts: each is built
    // once, and a round only copies the digest into its place.
    const forms = Array.from({ length: 42 }, (_, round) => {
      const between = joined(...(round % 3 ? [s] : []), ...(round % 7 ? [p] : []));
      const [first, last] = round & 1 ? [p, digest] : [digest, p];
      return { buffer: joined(first, between, last), at: round & 1 ? p.length + between.length : 0 };
    });
    for (let round = 0; round < rounds; round += 1) {
      const form = forms[round % 42];
      if (!form) break;
      form.buffer.set(digest, form.at);
      digest = hash(form.buffer);
    }
    return name === 'SHA-512' ? written(digest, 21, 1) : written(digest, 10, 2);
  });
}

/**
 * 22. Each group takes one byte from each third, starting with another third each time. Remaining bytes form the last
 * group.
 */
function written(digest: Uint8Array, third: number, shift: 1 | 2): Uint8Array {
  const groups = Array.from({ length: third }, (_, index) =>
    // The specification lists the highest byte of a group first.
    [2, 1, 0].map((place) => digest[((place + shift * index) % 3) * third + index] ?? 0),
  );
  return cryptBase64([...groups, [...digest.subarray(3 * third)]]);
}

function joined(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}

function repeated(bytes: Uint8Array, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => bytes[index % bytes.length] ?? 0);
}
