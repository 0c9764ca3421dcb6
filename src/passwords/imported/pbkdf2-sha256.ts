// Computes PBKDF2 with HMAC-SHA-256 (RFC 8018 section 5.2) for Django's iteration counts. A library's hash clones,
// pads and serializes in each iteration; this loop does not and is four times as fast: 1,800,000 iterations take 1.6
// s of CPU instead of 6.

import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { createCompression } from './sha256-compression.ts';

export function pbkdf2Sha256(
  password: Uint8Array,
  salt: Uint8Array,
  { iterations, length }: { iterations: number; length: number },
): Uint8Array {
  const { compress, initial, block } = createCompression();
  const key = new Uint8Array(64);
  key.set(password.length > 64 ? sha256(password) : password);

  /**
   * The states of HMAC's inner and outer hash after their first block, the padded key (RFC 2104). They are the same
   * in every iteration, so they are computed once.
   */
  const [inner, outer] = [afterKey(0x36), afterKey(0x5c)];

  function afterKey(pad: number): Int32Array {
    const state = initial.slice();
    block.set(wordsOf(key.map((byte) => byte ^ pad)));
    compress(state, state);
    return state;
  }

  /**
   * Replaces 32 bytes by their HMAC, in place. With their padding (FIPS 180-4 section 5.1.1) they are one block after
   * the key's.
   */
  function authenticate(words: Int32Array): void {
    for (const state of [inner, outer]) {
      block.set(words);
      block.fill(0, 8);
      block[8] = 1 << 31;
      block[15] = 8 * (64 + 32);
      compress(state, words);
    }
  }

  const result = new Uint8Array(32 * Math.ceil(length / 32));
  for (let index = 1; 32 * (index - 1) < length; index += 1) {
    const words = wordsOf(hmac(sha256, password, Uint8Array.of(...salt, 0, 0, 0, index)));
    const sum = words.slice();
    for (let iteration = 1; iteration < iterations; iteration += 1) {
      authenticate(words);
      for (let word = 0; word < 8; word += 1) sum[word] = (sum[word] ?? 0) ^ (words[word] ?? 0);
    }
    const view = new DataView(result.buffer, 32 * (index - 1));
    sum.forEach((word, place) => {
      view.setInt32(4 * place, word);
    });
  }
  return result.subarray(0, length);
}

function wordsOf(bytes: Uint8Array): Int32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Int32Array.from({ length: bytes.length / 4 }, (_, index) => view.getInt32(4 * index));
}
