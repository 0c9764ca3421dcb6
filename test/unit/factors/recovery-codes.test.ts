// Recovery codes: what a seed gives, how they may be typed, and which one was used.

import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import {
  matchingRecoveryCode,
  newRecoverySeed,
  readRecoveryCode,
  recoveryCodes,
} from '../../../src/factors/recovery-codes.ts';

const seed = Uint8Array.from({ length: 16 }, (_, index) => index);
const seedOf = (number: number) => new Uint8Array(new BigUint64Array([BigInt(number), 0n]).buffer);
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const plain = (code: string) => code.replace('-', '');

it('a seed is 128 bits of the randomness that is handed in', () => {
  expect(newRecoverySeed((length) => new Uint8Array(length).fill(7))).toEqual(new Uint8Array(16).fill(7));
});

it('a seed gives the same ten codes each time, and another seed ten others', async () => {
  const codes = await recoveryCodes(seed);
  expect(await recoveryCodes(seed)).toEqual(codes);
  expect(new Set([...codes, ...(await recoveryCodes(seedOf(1)))]).size).toBe(20);
  for (const code of codes) expect(code).toMatch(new RegExp(`^[${alphabet}]{5}-[${alphabet}]{5}$`));
});

// Codes that were printed stay good: the derivation must never change. As Python’s `hmac` computes them.
it('the codes of a seed are these', async () => {
  expect(await recoveryCodes(seed)).toMatchInlineSnapshot(`
    [
      "CTMCW-N29N0",
      "RD6BH-1SSY2",
      "BNYDG-NVZ62",
      "WN3S5-GCDSZ",
      "9Q16F-R8ARJ",
      "D1F7M-NJAK4",
      "J24E3-E9FFV",
      "F1V36-2CNN6",
      "E6G17-M5M4H",
      "ZJ2RF-9SCZD",
    ]
  `);
});

it('every character is as likely as another, at every place', async () => {
  const codes = (
    await Promise.all(Array.from({ length: 400 }, (_, number) => recoveryCodes(seedOf(number))))
  ).flat();
  const mean = codes.length / 32;
  for (let place = 0; place < 10; place += 1) {
    for (const character of alphabet) {
      const seen = codes.filter((code) => plain(code)[place] === character).length;
      // Five standard deviations to either side; the seeds are fixed, so this is the same in every run.
      expect(Math.abs(seen - mean), `${character} at place ${place}`).toBeLessThan(5 * Math.sqrt(mean));
    }
  }
  expect(new Set(codes).size).toBe(4_000);
});

describe('a typed code', () => {
  it.for([
    (code: string) => code,
    plain,
    (code: string) => code.toLowerCase(),
    (code: string) => ` ${code.replace('-', ' ')}\n`,
    (code: string) => code.replace('-', '–'),
    (code: string) => [...plain(code)].join(' '),
    (code: string) => code.replaceAll('0', 'O').replaceAll('1', 'l'),
    (code: string) => code.replaceAll('0', 'o').replaceAll('1', 'I'),
    (code: string) => code.replace(/\d/g, (digit) => String.fromCodePoint(0x0660 + Number(digit))),
    (code: string) => code.replace(/[A-Z]/g, (letter) => String.fromCodePoint(0xfee0 + letter.charCodeAt(0))),
  ])('%#: is found, and is the one that it is', async (typed) => {
    const codes = await recoveryCodes(seed);
    const found = codes.map((code) => matchingRecoveryCode(seed, readRecoveryCode(typed(code)) ?? ''));
    expect(await Promise.all(found)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it.for(['', '123456', 'ABCDE-FGH', 'ABCDE-FGHJKM', 'ABCDE-FGHJU', 'ABCDE-FGHJß', 'x'.repeat(60_000)])(
    '%#: what has another form is none',
    (typed) => {
      expect(readRecoveryCode(typed)).toBeUndefined();
    },
  );

  it('whatever is typed is a code in the one form, or none', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (typed) => {
        expect(readRecoveryCode(typed) ?? alphabet.slice(0, 10)).toMatch(new RegExp(`^[${alphabet}]{10}$`));
      }),
    );
  });
});

it('another code and another seed’s code are none of them', async () => {
  const [theirs = ''] = await recoveryCodes(seedOf(1));
  for (const code of [plain(theirs), '0000000000', '']) {
    expect(await matchingRecoveryCode(seed, code)).toBeUndefined();
  }
});

it('costs the same whatever the code is', async () => {
  const codes = [...(await recoveryCodes(seed)).map(plain), '0000000000'];
  const sign = vi.spyOn(crypto.subtle, 'sign');
  for (const code of codes) {
    sign.mockClear();
    await matchingRecoveryCode(seed, code);
    expect(sign).toHaveBeenCalledTimes(10);
  }
  sign.mockRestore();
});
