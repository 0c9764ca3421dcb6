// The base64 variant of crypt(3) and phpass: six bits a character, the lowest bits first.

import { cryptAlphabet } from '../crypt-string.ts';

/**
 * Each group lists its bytes from the lowest on. A group of three bytes gives four characters, two give three, one
 * gives two.
 */
export function cryptBase64(groups: readonly (readonly number[])[]): Uint8Array {
  const text = groups.map((group) => {
    let value = group.reduceRight((sum, byte) => sum * 256 + byte, 0);
    return Array.from({ length: group.length + 1 }, () => {
      const character = cryptAlphabet[value % 64];
      value = Math.floor(value / 64);
      return character;
    }).join('');
  });
  return new TextEncoder().encode(text.join(''));
}

/** Denial of service: the time of each round grows with the password. Real passwords are shorter. */
const maximumBytes = 128;

/**
 * Limits the time that a long password takes. A password over the limit matches nothing, but the work is done all the
 * same, so that the response time does not stand out.
 */
export function bounded(
  password: string,
  compute: (password: Uint8Array) => Uint8Array,
): Uint8Array | undefined {
  const bytes = new TextEncoder().encode(password);
  const tag = compute(bytes.subarray(0, maximumBytes));
  return bytes.length > maximumBytes ? undefined : tag;
}
