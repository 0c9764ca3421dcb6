// Normalisation of a code that a person types or pastes into the code that the mail printed, whatever the keyboard.
// Pure.

/**
 * Crockford's base32, 5 bits a character (https://www.crockford.com/base32.html). It has no letters that look like
 * digits: a typed I, L or O is read as the digit.
 */
export const longCodeAlphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** 60 bits: they cannot be guessed at any rate. */
export const longCodeLength = 12;

/** Digits: 6 prove an address, 8 open an account. */
export const shortCodeLengths: readonly number[] = [6, 8];

/** Far more than a code with a separator after each character. */
const mostTyped = 64;

/**
 * 6 or 8 ASCII digits, or 12 characters of `longCodeAlphabet`; undefined for what is no code, which is answered as a
 * typing error (`422`) and counts as no attempt.
 *
 * White space, punctuation and invisible characters are dropped. Digits of any script (\p{Nd}) and full-width letters
 * become ASCII.
 */
export function readTypedCode(typed: string): string | undefined {
  if (typed.length > mostTyped) return undefined;
  const plain = typed
    .replace(dropped, '')
    .replace(/\p{Nd}/gu, digitOf)
    .replace(/[Ａ-Ｚａ-ｚ]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) - fullWidth));
  if (/^\d+$/.test(plain) && shortCodeLengths.includes(plain.length)) return plain;
  // ASCII is required before the case changes: a long s or a dotless i would become another letter.
  if (plain.length !== longCodeLength || !/^[0-9A-Za-z]+$/.test(plain)) return undefined;
  const long = plain.toUpperCase().replace(/O/g, '0').replace(/[IL]/g, '1');
  return long.includes('U') ? undefined : long;
}

/**
 * White space, line ends, controls, format and other zero-width characters; dashes, dots, quotation marks, brackets;
 * the minus sign, free-standing accents, the keycap of an emoji digit and the braille blank.
 */
const dropped = /[\s\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{P}\u2212\u00b4`\u2800]|\u20e3/gu;

/** From U+FF21 to U+0041. */
const fullWidth = 0xfee0;

/**
 * In Unicode a script's decimal digits are ten code points in a row, zero first; some scripts follow one another
 * directly.
 */
function digitOf(digit: string): string {
  const point = digit.codePointAt(0) ?? 0;
  let first = point;
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first -= 1;
  return String((point - first) % 10);
}
