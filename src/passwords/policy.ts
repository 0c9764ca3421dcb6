// Password policy of NIST SP 800-63B-4 section 3.1.1.2: a minimum length, any characters, and a blocklist instead of
// composition rules.

import { once } from '../once.ts';
import { commonPasswords, wellKnownPhrases } from './common-passwords.ts';
import { maximumLength, type Refusal } from './refusal.ts';

/** Required where the password is the only factor. */
export const defaultMinimumLength = 15;

/** Required where there is a second factor, and so the lowest value that an operator may set. */
export const lowestMinimumLength = 8;

type PolicyOutcome = { accepted: true } | { accepted: false; reason: Refusal };

/**
 * Decides whether this may become a password. Lengths are in Unicode code points after NFC; a `minimumLength` under 8
 * counts as 8. `context` holds what an attacker knows, unprocessed: the user's name and address, the service's name.
 * Source: NIST SP 800-63B-4 section 3.1.1.2.
 */
export function checkPassword(
  password: string,
  { minimumLength, context }: { minimumLength: number; context: readonly string[] },
): PolicyOutcome {
  const minimum = Math.max(minimumLength, lowestMinimumLength);
  // Denial of service: checked before normalization, whose time is quadratic in the length. No character takes more
  // than four combining marks, so ten times the maximum refuses no acceptable password.
  if (password.length > 10 * maximumLength) return tooLong;
  const composed = password.normalize('NFC');
  const length = lengthOf(composed);
  if (length < minimum) return refuse('too-short');
  if (length > maximumLength) return tooLong;

  // Repetition adds no entropy, so the repeated piece counts once.
  const text = fold(composed);
  const piece = repeatedPieceOf(text);
  if (piece !== text && lengthOf(piece) < minimum) {
    return refuse('repetitive');
  }
  const unknown = withoutWords(piece, context);
  if (isLessThanHalf(unknown, piece)) {
    return refuse('personal');
  }
  if (isLessThanHalf(withoutRuns(unknown), piece)) {
    return refuse('sequential');
  }
  if ([piece, unknown].some((part) => isCommon(part) || isJoined(part) || isWellKnown(part))) {
    return refuse('common');
  }
  return { accepted: true };
}

const tooLong = refuse('too-long');

function refuse(reason: Refusal): PolicyOutcome {
  return { accepted: false, reason };
}

/** NIST SP 800-63B-4 section 3.1.1.2: "Each Unicode code point SHALL be counted as a single character." */
function lengthOf(text: string): number {
  return [...text].length;
}

/** Case is ignored: password crackers try every case. */
function fold(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

/**
 * The section compares the whole password with the blocklist, not the words in it. So up to half may be a name or a
 * date if the rest is not.
 */
function isLessThanHalf(part: string, whole: string): boolean {
  return part.length * 2 < whole.length;
}

/** The shortest prefix whose repetition gives the text. The last repetition may lack its separator ("word word"). */
function repeatedPieceOf(text: string): string {
  for (let period = 1; period * 2 <= text.length + 1; period += 1) {
    if (text.startsWith(text.slice(period))) return text.slice(0, period);
  }
  return text;
}

/** Removes the words of the context. Words of one or two letters stay: they occur in any text by chance. */
function withoutWords(text: string, context: readonly string[]): string {
  return context
    .flatMap((known) => fold(known).split(/[^\p{L}\p{M}\p{N}]+/u))
    .filter((word) => word.length >= 3)
    .sort((one, other) => other.length - one.length) // "annabel" before "anna"
    .reduce((rest, word) => rest.replaceAll(word, ''), text);
}

/** The alphabet, the digits, and the rows and columns of common keyboards. */
const sequences = [
  ...['abcdefghijklmnopqrstuvwxyz', '01234567890', '1qaz', '2wsx', '3edc', '4rfv', '5tgb', '6yhn', '7ujm'],
  ...['qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'qwertzuiop', 'yxcvbnm', 'azertyuiop', 'qsdfghjklm', 'wxcvbn'],
  ...['1q2w3e4r5t6y7u8i9o0p', 'q1w2e3r4t5y6u7i8o9p0'],
];

/** Removes runs of three or more characters that follow a sequence in either direction, or are all the same. */
function withoutRuns(text: string): string {
  const isRun = (three: string) =>
    three.length === 3 &&
    (three === three.charAt(0).repeat(3) ||
      sequences.some((line) => line.includes(three) || line.includes([...three].reverse().join(''))));
  const begins = Array.from({ length: text.length }, (_, at) => isRun(text.slice(at, at + 3)));
  return text
    .split('')
    .filter((_, at) => !(begins[at] || begins[at - 1] || begins[at - 2]))
    .join('');
}

/** On the list, or a listed word surrounded by digits and punctuation only, which password crackers try first. */
function isCommon(text: string): boolean {
  const word = text.replace(/^\P{L}+|\P{L}+$/gu, '');
  return common().has(word.length >= 4 ? word : text);
}

/** Combinations of up to three listed words can be enumerated; of four there are 10^13. */
const maximumJoinedWords = 3;

/**
 * Up to three different listed words, each any number of times, with nothing but digits and punctuation around and
 * between them: "iloveyouiloveyou1", "dragon-monkey 2026".
 */
function isJoined(text: string): boolean {
  // Depth-first search over ways to split the text into listed words. `seen` holds each position with the words up to
  // it, so that no state is visited twice. There are few states, since every part must be a listed word.
  const seen = new Set<string>();
  const open: { at: number; words: readonly string[] }[] = [{ at: 0, words: [] }];
  for (let read = open.pop(); read; read = open.pop()) {
    const { at, words } = read;
    if (at === text.length) {
      if (words.length > 0) return true;
      continue;
    }
    const steps = [];
    const [character = ''] = text.slice(at, at + 2);
    if (!/\p{L}/u.test(character)) steps.push({ at: at + character.length, words });
    for (let end = at + minimumLetters; end <= Math.min(at + maximumLetters, text.length); end += 1) {
      const word = text.slice(at, end);
      if (!common().has(word)) continue;
      const joined = words.includes(word) ? words : [...words, word].sort();
      if (joined.length <= maximumJoinedWords) steps.push({ at: end, words: joined });
    }
    for (const step of steps) {
      const key = `${step.at} ${step.words.join(' ')}`;
      if (!seen.has(key)) open.push(step);
      seen.add(key);
    }
  }
  return false;
}

/** Shorter words occur inside other words by chance; hardly any longer word is on the list. */
const minimumLetters = 4;
const maximumLetters = 20;

/** Example passphrases of documentation and comics, with any digits, spaces and punctuation. */
function isWellKnown(text: string): boolean {
  const letters = (phrase: string) => phrase.replace(/\P{L}+/gu, '');
  return wellKnownPhrases.some((phrase) => letters(phrase) === letters(text));
}

/** Lazy: most isolates never check a new password. */
const common = once(() => new Set(commonPasswords.split(/\s/).filter(Boolean)));
