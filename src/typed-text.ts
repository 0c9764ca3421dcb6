// What a person types or pastes, as the service printed it, whatever the keyboard: digits, and Crockford's base32. And lines that
// something else wrote for them. Pure.

/**
 * Crockford's base32, 5 bits a character (https://www.crockford.com/base32.html). It has no letters that look like
 * digits: a typed I, L or O is read as the digit.
 */
export const crockfordAlphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** ASCII digits, as many as one of the lengths; undefined for anything else. Digits of any script are taken. */
export function typedDigits(typed: string, lengths: readonly number[]): string | undefined {
  const plain = plainText(typed);
  return /^\d+$/.test(plain) && lengths.includes(plain.length) ? plain : undefined;
}

/** Characters of `crockfordAlphabet`, typed in any case; undefined for anything else. */
export function typedBase32(typed: string, length: number): string | undefined {
  const plain = plainText(typed);
  // ASCII is required before the case changes: a long s or a dotless i would become another letter.
  if (plain.length !== length || !/^[0-9A-Za-z]+$/.test(plain)) return undefined;
  const read = plain.toUpperCase().replace(/O/g, '0').replace(/[IL]/g, '1');
  return read.includes('U') ? undefined : read;
}

/** Far more than a code with a separator after each character. */
const mostTyped = 64;

/**
 * White space, punctuation and invisible characters are dropped. Digits of any script (\p{Nd}) and full-width letters
 * become ASCII. Empty for what is too long.
 */
function plainText(typed: string): string {
  if (typed.length > mostTyped) return '';
  return typed
    .replace(dropped, '')
    .replace(/\p{Nd}/gu, digitOf)
    .replace(/[Ａ-Ｚａ-ｚ]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) - fullWidth));
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

/** One line that a machine wrote, so a bad one is no error: what cannot be stored is cut or dropped, and what is empty is none. */
export function keptLine(given: unknown, characters: number): string | undefined {
  if (typeof given !== 'string') return undefined;
  const clean = given
    .slice(0, 4 * characters)
    // Controls, line ends, lone surrogates; and bidirectional overrides, which reorder the text around them.
    .replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ')
    .trim();
  return [...clean].slice(0, characters).join('').trim() || undefined;
}
