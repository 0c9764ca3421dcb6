// New passwords keep to NIST SP 800-63B-4 section 3.1.1.2: long, of any characters, and not what a guesser tries first.

import { commonPasswords, wellKnownPhrases } from './common-passwords.ts';

/** What the section asks for where a password alone opens an account. */
export const defaultMinimumLength = 15;

/** What it asks for beside a second factor, and so the least that an operator may set. */
export const leastMinimumLength = 8;

/** Far beyond the 64 that the section wants allowed, and short enough to look through. */
export const maximumLength = 1_024;

type Refusal = 'too-short' | 'too-long' | 'repetitive' | 'personal' | 'sequential' | 'common';

/** `detail` is a sentence for the person who chose the password; the section wants the reason told, and guidance. */
type PolicyOutcome = { accepted: true } | { accepted: false; reason: Refusal; detail: string };

/**
 * Whether this may become somebody's password. Lengths are in Unicode code points after NFC; a `minimumLength` under 8
 * counts as 8. `context` is what a guesser knows, as it is written: the person's name and address, the service's name.
 * Source: NIST SP 800-63B-4 section 3.1.1.2.
 */
export function checkPassword(
  password: string,
  { minimumLength, context }: { minimumLength: number; context: readonly string[] },
): PolicyOutcome {
  const least = Math.max(minimumLength, leastMinimumLength);
  // Before it is normalised, which takes a time that grows with its square: no character has more than four marks to compose.
  if (password.length > 10 * maximumLength) return tooLong;
  const composed = password.normalize('NFC');
  const length = lengthOf(composed);
  if (length < least)
    return refuse('too-short', `Use at least ${least} characters. A few unrelated words will do.`);
  if (length > maximumLength) return tooLong;

  // Repeating adds nothing to guess, so what is repeated counts once.
  const text = fold(composed);
  const piece = repeatedPieceOf(text);
  if (piece !== text && lengthOf(piece) < least) {
    return refuse('repetitive', 'This repeats one short piece. Use a few unrelated words instead.');
  }
  const unknown = withoutWords(piece, context);
  if (isLessThanHalf(unknown, piece)) {
    return refuse(
      'personal',
      'Most of this is your name, your address or the name of this service. Add unrelated words.',
    );
  }
  if (isLessThanHalf(withoutRuns(unknown), piece)) {
    return refuse(
      'sequential',
      'Most of this follows the keyboard, the alphabet or the digits. Add unrelated words.',
    );
  }
  if ([piece, unknown].some((part) => isCommon(part) || isJoined(part) || isWellKnown(part))) {
    return refuse(
      'common',
      'This is among the passwords that are guessed first. Use a few unrelated words instead.',
    );
  }
  return { accepted: true };
}

const tooLong = refuse('too-long', `Use at most ${maximumLength} characters.`);

function refuse(reason: Refusal, detail: string): PolicyOutcome {
  return { accepted: false, reason, detail };
}

/** "Each Unicode code point SHALL be counted as a single character." */
function lengthOf(text: string): number {
  return [...text].length;
}

/** Guessers try other cases as a matter of course. */
function fold(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

/** The section judges a password whole, not the words inside it: half may be a name or a date if the other half is not. */
function isLessThanHalf(part: string, whole: string): boolean {
  return part.length * 2 < whole.length;
}

/** The shortest beginning that makes the whole by repetition, where the last may lack its separator ("word word"). */
function repeatedPieceOf(text: string): string {
  for (let period = 1; period * 2 <= text.length + 1; period += 1) {
    if (text.startsWith(text.slice(period))) return text.slice(0, period);
  }
  return text;
}

/** Words of one or two letters stand in every text by chance, so they are left in. */
function withoutWords(text: string, context: readonly string[]): string {
  return context
    .flatMap((known) => fold(known).split(/[^\p{L}\p{M}\p{N}]+/u))
    .filter((word) => word.length >= 3)
    .sort((one, other) => other.length - one.length) // "annabel" before "anna"
    .reduce((rest, word) => rest.replaceAll(word, ''), text);
}

/** The alphabet, the digits, and the rows and columns of the usual keyboards. */
const lines = [
  ...['abcdefghijklmnopqrstuvwxyz', '01234567890', '1qaz', '2wsx', '3edc', '4rfv', '5tgb', '6yhn', '7ujm'],
  ...['qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'qwertzuiop', 'yxcvbnm', 'azertyuiop', 'qsdfghjklm', 'wxcvbn'],
  ...['1q2w3e4r5t6y7u8i9o0p', 'q1w2e3r4t5y6u7i8o9p0'],
];

/** Drops three or more characters in a row that follow a line, either way, or are all the same. */
function withoutRuns(text: string): string {
  const isRun = (three: string) =>
    three.length === 3 &&
    (three === three.charAt(0).repeat(3) ||
      lines.some((line) => line.includes(three) || line.includes([...three].reverse().join(''))));
  const begins = Array.from({ length: text.length }, (_, at) => isRun(text.slice(at, at + 3)));
  return text
    .split('')
    .filter((_, at) => !(begins[at] || begins[at - 1] || begins[at - 2]))
    .join('');
}

/** On the list, or a word of the list with nothing but digits and punctuation around it, which guessers add first. */
function isCommon(text: string): boolean {
  const word = text.replace(/^\P{L}+|\P{L}+$/gu, '');
  return common().has(word.length >= 4 ? word : text);
}

/** So many different words of the list are guessed one after the other; with four, there are 10^13 ways to choose them. */
const mostJoined = 3;

/**
 * Up to three different words of the list, however often each, with nothing but digits and punctuation around and between
 * them: "iloveyouiloveyou1", "dragon-monkey 2026".
 */
function isJoined(text: string): boolean {
  // Ways to read the text up to a place, by the words that it then consists of. A text has few: each is a word of the list.
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
    for (let end = at + leastLetters; end <= Math.min(at + mostLetters, text.length); end += 1) {
      const word = text.slice(at, end);
      if (!common().has(word)) continue;
      const joined = words.includes(word) ? words : [...words, word].sort();
      if (joined.length <= mostJoined) steps.push({ at: end, words: joined });
    }
    for (const step of steps) {
      const key = `${step.at} ${step.words.join(' ')}`;
      if (!seen.has(key)) open.push(step);
      seen.add(key);
    }
  }
  return false;
}

/** Shorter ones stand in many words by chance; longer ones are hardly on the list. */
const leastLetters = 4;
const mostLetters = 20;

/** What documentation and cartoons recommend, in any spelling, with digits and punctuation wherever. */
function isWellKnown(text: string): boolean {
  const letters = (phrase: string) => phrase.replace(/\P{L}+/gu, '');
  return wellKnownPhrases.some((phrase) => letters(phrase) === letters(text));
}

/** Made when the first password is judged: most isolates never judge one. */
let made: ReadonlySet<string> | undefined;

function common(): ReadonlySet<string> {
  made ??= new Set(commonPasswords.split(/\s/).filter(Boolean));
  return made;
}
