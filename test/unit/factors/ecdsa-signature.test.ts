// ECDSA signatures in DER: each has one spelling, and no other is read.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rawEcdsaSignature } from '../../../src/factors/ecdsa-signature.ts';

/** DER, by X.690 and not by the code. */
function der(...numbers: readonly bigint[]): Uint8Array {
  const parts = numbers.map((number) => {
    const digits = number.toString(16);
    const even = digits.length % 2 ? `0${digits}` : digits;
    const bytes = (even.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
    return (bytes[0] ?? 0) >= 0x80 ? [0, ...bytes] : bytes;
  });
  const content = parts.flatMap((part) => [2, part.length, ...part]);
  return Uint8Array.of(0x30, content.length, ...content);
}

const number = fc.bigInt({ min: 1n, max: 2n ** 256n - 1n });

test('two numbers, each in 32 bytes', () => {
  fc.assert(
    fc.property(number, number, (r, s) => {
      const hex = Array.from(rawEcdsaSignature(der(r, s)) ?? [], (byte) =>
        byte.toString(16).padStart(2, '0'),
      );
      expect(hex.join('')).toBe(`${r.toString(16).padStart(64, '0')}${s.toString(16).padStart(64, '0')}`);
    }),
  );
});

test('cut short anywhere, or longer: refused', () => {
  const good = der(2n ** 255n, 1n);
  for (let length = 0; length < good.length; length += 1)
    expect(rawEcdsaSignature(good.subarray(0, length))).toBeUndefined();
  expect(rawEcdsaSignature(Uint8Array.of(...good, 0))).toBeUndefined();
});

test.for<[what: string, bytes: readonly number[]]>([
  ['a number of 33 bytes', [...der(2n ** 256n, 1n)]],
  ['a number of 34 bytes', [...der(1n, 2n ** 264n)]],
  ['a zero too many in front', [0x30, 7, 2, 2, 0, 1, 2, 1, 1]],
  ['a negative number', [0x30, 6, 2, 1, 0x80, 2, 1, 1]],
  ['an empty number', [0x30, 5, 2, 0, 2, 1, 1]],
  ['one number', [0x30, 3, 2, 1, 1]],
  ['three numbers', [...der(1n, 2n, 3n)]],
  ['another tag inside', [0x30, 6, 3, 1, 1, 2, 1, 1]],
  ['another tag outside', [0x31, 6, 2, 1, 1, 2, 1, 1]],
  ['a long length', [0x30, 0x81, 6, 2, 1, 1, 2, 1, 1]],
  ['a length that leads out', [0x30, 6, 2, 1, 1, 2, 9, 1]],
  ['the numbers side by side', Array(64).fill(1)],
])('%s is refused', ([, bytes]) => {
  expect(rawEcdsaSignature(Uint8Array.from(bytes))).toBeUndefined();
});

test('any bytes are read as their own number, or not at all', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      const raw = rawEcdsaSignature(bytes);
      if (raw) expect(raw).toHaveLength(64);
    }),
    { numRuns: 2_000 },
  );
});
