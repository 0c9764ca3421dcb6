// CBOR: what is taken, and that anything else is refused by an Error, fast.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeCbor } from '../../../src/factors/cbor.ts';

const bytesOf = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

// RFC 8949, appendix A, "Examples of Encoded CBOR Data Items".
test.for<[hex: string, value: unknown]>([
  ['00', 0],
  ['17', 23],
  ['1818', 24],
  ['1903e8', 1000],
  ['1a000f4240', 1_000_000],
  ['1b000000e8d4a51000', 1_000_000_000_000],
  ['20', -1],
  ['3863', -100],
  ['3903e7', -1000],
  ['f4', false],
  ['f5', true],
  ['f6', null],
  ['f7', undefined],
  ['40', new Uint8Array()],
  ['4401020304', Uint8Array.of(1, 2, 3, 4)],
  ['60', ''],
  ['6449455446', 'IETF'],
  ['62c3bc', 'ü'],
  ['80', []],
  ['8301820203820405', [1, [2, 3], [4, 5]]],
  ['a0', new Map()],
  [
    'a201020304',
    new Map([
      [1, 2],
      [3, 4],
    ]),
  ],
  [
    'a26161016162820203',
    new Map<string, unknown>([
      ['a', 1],
      ['b', [2, 3]],
    ]),
  ],
])('%s', ([hex, value]) => {
  expect(decodeCbor(bytesOf(hex))).toEqual(value);
  for (let length = 0; length < hex.length / 2; length += 1)
    expect(() => decodeCbor(bytesOf(hex).subarray(0, length)), `of ${length}`).toThrow('cut short');
  expect(() => decodeCbor(bytesOf(`${hex}00`))).toThrow('behind');
});

// The same appendix, and what each would cost or mean.
test.for<[what: string, hex: string]>([
  ['a number beyond the safe ones', '1bffffffffffffffff'],
  ['a negative one', '3bffffffffffffffff'],
  ['a tag', 'c074323031332d30332d32315432303a30343a30305a'],
  ['a floating point number', 'f93c00'],
  ['another simple value', 'f0'],
  ['a simple value of two bytes', 'f8ff'],
  ['a reserved length', '1c'],
  ['bytes of indefinite length', '5f42010243030405ff'],
  ['text of indefinite length', '7f657374726561646d696e67ff'],
  ['a list of indefinite length', '9fff'],
  ['a map of indefinite length', 'bf61610161629f0203ffff'],
  ['a break', 'ff'],
  ['23 in two bytes', '1817'],
  ['255 in three', '1900ff'],
  ['65,535 in five', '1a0000ffff'],
  ['4,294,967,295 in nine', '1b00000000ffffffff'],
  ['a length in two', '580101'],
  ['text that is not UTF-8', '61ff'],
  ['a key twice', 'a201020103'],
  ['a map as a key', 'a1a000'],
  ['bytes as a key', 'a14000'],
  ['more bytes than there are', '5affffffff00'],
  ['more items than there are', '9affffffff00'],
  ['more pairs than there are', 'bb001fffffffffffff00'],
  ['a list in itself', '81'.repeat(60_000)],
])('%s is refused', ([, hex]) => {
  const begun = performance.now();
  expect(() => decodeCbor(bytesOf(hex))).toThrow(Error);
  expect(performance.now() - begun).toBeLessThan(1_000);
});

test('eight levels are read, and nine are not', () => {
  expect(decodeCbor(bytesOf(`${'81'.repeat(8)}00`))).toBeDefined();
  expect(() => decodeCbor(bytesOf(`${'81'.repeat(9)}00`))).toThrow('deep');
});

test('any bytes are a value or an Error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        decodeCbor(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    }),
    { numRuns: 5_000 },
  );
});
