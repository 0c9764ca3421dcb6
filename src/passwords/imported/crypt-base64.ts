// What crypt(3) and phpass write bytes as: six bits a character, the lowest first.

import { cryptAlphabet } from '../crypt-string.ts';

/** The bytes of each group from the lowest on; a group of three is four characters, of two three, of one two. */
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

/** What anybody chose is shorter; rounds over more would be seconds of a CPU for whoever sends it. */
const mostBytes = 128;

/** Computes with no more than that, and so in the time of it, and matches nothing where there was more. */
export function bounded(
  password: string,
  compute: (password: Uint8Array) => Uint8Array,
): Uint8Array | undefined {
  const bytes = new TextEncoder().encode(password);
  const tag = compute(bytes.subarray(0, mostBytes));
  return bytes.length > mostBytes ? undefined : tag;
}
