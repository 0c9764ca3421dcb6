// Whatever keyboard a code was typed on, and whatever a mail program put around it, it is the code that was mailed.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { longCodeLength, readTypedCode, shortCodeLengths } from '../../../src/authentication/typed-code.ts';
import { crockfordAlphabet } from '../../../src/typed-text.ts';

describe('a code of digits', () => {
  it.for<[string, string]>([
    ['123456', '123456'],
    ['12345678', '12345678'],
    ['000000', '000000'],
    ['123 456', '123456'],
    ['  1234 5678\r\n', '12345678'],
    ['123-456', '123456'],
    ['123–456', '123456'],
    ['1234—5678', '12345678'],
    ['123‐456', '123456'],
    ['123‑456', '123456'],
    ['123−456', '123456'],
    ['123﹣456', '123456'],
    ['123－456', '123456'],
    ['123〜456', '123456'],
    ['123_456', '123456'],
    ['123.456', '123456'],
    ['123·456', '123456'],
    ['123,456', '123456'],
    ['١٢٣٬٤٥٦', '123456'],
    ['123’456', '123456'],
    ["'123456'", '123456'],
    ['“123456”', '123456'],
    ['«123456»', '123456'],
    ['(123456)', '123456'],
    ['`123456´', '123456'],
    ['*123456*', '123456'],
    ['123\u00a0456', '123456'],
    ['123\u202f456', '123456'],
    ['123\u2009456', '123456'],
    ['123\u3000456', '123456'],
    ['\ufeff123456', '123456'],
    ['123\u200b456', '123456'],
    ['\u200e123456\u200f', '123456'],
    ['\u202a123456\u202c', '123456'],
    ['\u2066123456\u2069', '123456'],
    ['\u061c123456', '123456'],
    ['123\u00ad456', '123456'],
    ['123\u2060456', '123456'],
    ['123\u180e456', '123456'],
    ['123\u034f456', '123456'],
    ['\u3164123456\u115f', '123456'],
    ['\u2800123456', '123456'],
    ['123\t456\u0085', '123456'],
    ['123\u0000456', '123456'],
    ['123\u2028456\u2029', '123456'],
    ['1\ufe0f\u20e32\ufe0f\u20e33\ufe0f\u20e34\ufe0f\u20e35\ufe0f\u20e36\ufe0f\u20e3', '123456'],
    ['1\u{e0020}23456', '123456'],
    ['٠١٢٣٤٥', '012345'],
    ['۰۱۲۳۴۵۶۷', '01234567'],
    ['٦٧٨٩۶۷۸۹', '67896789'],
    ['०१२३४५', '012345'],
    ['०१२ ३४५', '012345'],
    ['１２３４５６', '123456'],
    ['１２３　４５６', '123456'],
    ['၁၂၃၄၅၆', '123456'],
    ['๑๒๓๔๕๖', '123456'],
    ['𝟏𝟚𝟯𝟺𝟓𝟞', '123456'],
    ['𞥑𞥒𞥓𞥔𞥕𞥖', '123456'],
    ['12３٤۵६', '123456'],
  ])('%j is %j', ([typed, code]) => {
    expect(readTypedCode(typed)).toBe(code);
  });

  it('has the digits of every numbering system that the runtime writes', () => {
    let systems = 0;
    for (const system of Intl.supportedValuesOf('numberingSystem')) {
      const written = new Intl.NumberFormat(`en-u-nu-${system}`, { useGrouping: false }).format(98_765_432);
      // Chinese numerals are letters by Unicode's word, and on no keyboard for digits.
      if (!/^\p{Nd}+$/u.test(written)) continue;
      systems += 1;
      expect(readTypedCode(written), system).toBe('98765432');
      expect(readTypedCode(new Intl.NumberFormat(`en-u-nu-${system}`).format(987_610)), system).toBe(
        '987610',
      );
    }
    expect(systems).toBeGreaterThan(50);
  });

  it('has any of the decimal digits of Unicode, of which each script has ten in a row', () => {
    const digits: string[] = [];
    for (let point = 0; point <= 0x10ffff; point += 1) {
      const character = String.fromCodePoint(point);
      if (/\p{Nd}/u.test(character)) digits.push(character);
    }
    expect(digits.length % 10).toBe(0);
    expect(digits.length).toBeGreaterThan(600);
    for (const [at, digit] of digits.entries()) {
      expect(readTypedCode(`${digit}00000`), digit).toBe(`${at % 10}00000`);
    }
  });
});

describe('a long code', () => {
  it.for<[string, string]>([
    ['ABCDEFGHJKMN', 'ABCDEFGHJKMN'],
    ['abcdefghjkmn', 'ABCDEFGHJKMN'],
    ['abcd-efgh-jkmn', 'ABCDEFGHJKMN'],
    [' ABCD EFGH JKMN ', 'ABCDEFGHJKMN'],
    ['pqrs–tvwx–yz01', 'PQRSTVWXYZ01'],
    ['234567890123', '234567890123'],
    ['٢٣٤٥٦٧٨٩٠١٢٣', '234567890123'],
    ['O0o0I1l1Li00', '000011111100'],
    ['ａｂｃｄＥＦＧＨjkmn', 'ABCDEFGHJKMN'],
    ['ＡＢＣＤ－ＥＦＧＨ－１２３４', 'ABCDEFGH1234'],
    ['\u2068abcd\u200befgh\u00adjkmn\u2069', 'ABCDEFGHJKMN'],
  ])('%j is %j', ([typed, code]) => {
    expect(readTypedCode(typed)).toBe(code);
  });

  it('is of 32 characters, so that each is five bits, and none looks like another', () => {
    expect(new Set(crockfordAlphabet).size).toBe(32);
    expect(crockfordAlphabet).toMatch(/^[0-9A-Z]+$/);
    expect(crockfordAlphabet).not.toMatch(/[ILOU]/);
    expect([longCodeLength, shortCodeLengths]).toEqual([12, [6, 8]]);
  });
});

describe('no code', () => {
  it.for([
    '',
    ' ',
    '-',
    '1',
    '12345',
    '1234567',
    '123456789',
    '12345678901',
    '1234567890123',
    '12345a',
    '12345O',
    'l23456',
    'abcdef',
    'abcdefgh',
    '123456x',
    '+123456',
    '123456=',
    '12³456',
    '①②③④⑤⑥',
    '½23456',
    '一二三四五六',
    'Ⅷ23456',
    'ABCDEFGHJKM',
    'ABCDEFGHJKMNP',
    'ABCDEFGHJKMU',
    'ABCDEFGHJKMÑ',
    'ABCDEFGHJKMſ',
    'ABCDEFGHJKM\u212a',
    'АВСDЕFGHJKMN',
    'ßßßßßß',
    'ßABCDEFGHJK',
    'ﬀABCDEFGHJK',
    'ıABCDEFGHJKM',
    '12345\ud800',
    '123456😀',
    'Your code is 123 456',
    '0x1234',
    '1e5',
    'true',
    '__proto__',
  ])('is %j', (typed) => {
    expect(readTypedCode(typed)).toBeUndefined();
  });

  it('is what is longer than any code with whatever is around it: it is not looked at', () => {
    expect(readTypedCode(`${' '.repeat(58)}123456`)).toBe('123456');
    expect(readTypedCode(`${' '.repeat(59)}123456`)).toBeUndefined();
    expect(readTypedCode('1'.repeat(60_000))).toBeUndefined();
  });
});

describe('whatever is typed', () => {
  it('nothing but the form of a code comes out, and reading it again changes nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), (typed) => {
        const code = readTypedCode(typed);
        if (code === undefined) return;
        expect(code).toMatch(/^(\d{6}|\d{8}|[0-9A-HJKMNP-TV-Z]{12})$/);
        expect(readTypedCode(code)).toBe(code);
      }),
      { numRuns: 5_000 },
    );
  });

  it('signs that nobody means change no code, wherever they stand', () => {
    const sign = fc.constantFrom(
      ...' \t\n\u00a0\u200b\u200e\u200f\u2060\ufeff\u00ad-–—−.,·\'"’“”()[]:;/\\*#_•',
    );
    const code = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 6, maxLength: 6 }),
      fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 8, maxLength: 8 }),
      fc.string({ unit: fc.constantFrom(...crockfordAlphabet), minLength: 12, maxLength: 12 }),
    );
    fc.assert(
      fc.property(code, fc.array(fc.tuple(fc.nat(12), sign), { maxLength: 20 }), (mailed, signs) => {
        const characters = [...mailed];
        for (const [at, typo] of signs) characters.splice(at, 0, typo);
        expect(readTypedCode(characters.join(''))).toBe(mailed);
        expect(readTypedCode(characters.join('').toLowerCase())).toBe(mailed);
      }),
      { numRuns: 2_000 },
    );
  });
});
