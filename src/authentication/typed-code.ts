// A code as a person types or pastes it, read as the code that a mail printed: whatever the keyboard, nothing but its
// characters counts. Pure.

/**
 * What a long code is made of: Crockford's base32, 5 bits a character. No letter of it looks like a digit of it, and those
 * that do (I, L, O) stand for that digit. https://www.crockford.com/base32.html
 */
export const longCodeAlphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** 60 bits: nothing that can be guessed, at whatever rate. */
export const longCodeLength = 12;

/** Of short codes: 6 prove an address, 8 open an account. */
export const shortCodeLengths: readonly number[] = [6, 8];

/** Far beyond a code with a sign between each two; what is longer is not looked at. */
const mostTyped = 64;

/**
 * The code: 6 or 8 ASCII digits, or 12 characters of `longCodeAlphabet`. Nothing for what is no code: that is to be told as
 * a slip of the hand (`422`), and is no try.
 *
 * White space, punctuation of any kind, and what nobody sees is dropped; digits of any script (\p{Nd}) and full-width
 * letters are what they mean.
 */
export function readTypedCode(typed: string): string | undefined {
  if (typed.length > mostTyped) return undefined;
  const plain = typed
    .replace(dropped, '')
    .replace(/\p{Nd}/gu, digitOf)
    .replace(/[Ａ-Ｚａ-ｚ]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) - fullWidth));
  if (/^\d+$/.test(plain) && shortCodeLengths.includes(plain.length)) return plain;
  // ASCII before its case is changed: a long s or a dotless i would become a letter that nobody typed.
  if (plain.length !== longCodeLength || !/^[0-9A-Za-z]+$/.test(plain)) return undefined;
  const long = plain.toUpperCase().replace(/O/g, '0').replace(/[IL]/g, '1');
  return long.includes('U') ? undefined : long;
}

/**
 * Space, line ends, controls, format characters and all else that has no width; dashes, dots, quotation marks and brackets;
 * the minus sign, accents that stand alone, the box of an emoji digit and the blank of braille.
 */
const dropped = /[\s\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{P}\u2212\u00b4`\u2800]|\u20e3/gu;

/** From U+FF21 to U+0041. */
const fullWidth = 0xfee0;

/** Unicode keeps each script's decimal digits together, zero first; some of those tens follow one another. */
function digitOf(digit: string): string {
  const point = digit.codePointAt(0) ?? 0;
  let first = point;
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first -= 1;
  return String((point - first) % 10);
}
