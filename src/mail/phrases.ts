// Phrases that several letters share, and how times and words of strangers are written in a mail.

import type { OneTime, Words } from './letter.ts';

/** `Hello Anna,` or, of a name without a visible character, `Hello,`. */
export function greeting(words: Words): string {
  const name = harmless(words.name ?? '');
  return name ? `Hello ${name},` : 'Hello,';
}

export function codeIntroduction({ action }: Words): string {
  return action ? 'Or enter this code when asked:' : 'Enter this code:';
}

/** Of a link and a code, or of a code alone. */
export function validity({ action }: Words, { validForSeconds }: OneTime): string {
  const grant = action ? 'the link or the code' : 'the code';
  return `Use ${grant}, once, within ${duration(validForSeconds)}. Do not tell the code to anybody, not even to us.`;
}

/** The preview of notices that ask for nothing if the person did it. */
export const noticePreview =
  'If it was you, there is nothing to do. If it was not, act now: this mail says how.';

/** The reason for every notice about an account. */
export function securityReason(serviceName: string): string {
  return `You get this mail because it concerns the safety of your account at ${serviceName}.`;
}

/**
 * Sanitizes text that a stranger may have chosen: anybody can open an account in somebody else's name.
 * What is left is one short line, without control or bidirectional characters and without anything that a mail
 * program would turn into a link.
 */
export function harmless(words: string): string {
  const line = words
    .replace(/[\s[\p{C}--[\u200c\u200d]]]+/gv, ' ') // all but the joiners that Persian words and emoji are made with
    .replace(/:\/\//g, ' ')
    .replace(/\.(?=[\p{L}\p{N}]*\p{L})/gu, '. ')
    .replace(/@/g, ' at ')
    .trim();
  const characters = [...line];
  return characters.length > 60 ? `${characters.slice(0, 59).join('')}…` : line;
}

/** `24 November 2026 at 23:19 UTC`. */
export function moment(when: Date): string {
  const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
  return `${format.format(when)} UTC`;
}

/** `15 minutes`, `24 hours`, `2 days`: in the largest unit of which there are at least two, and rounded down. */
export function duration(seconds: number): string {
  const [unit, length] = (
    [
      ['day', 86_400],
      ['hour', 3_600],
      ['minute', 60],
      ['second', 1],
    ] as const
  ).find(([, length]) => seconds >= 2 * length) ?? ['second', 1];
  return new Intl.NumberFormat('en', { style: 'unit', unit, unitDisplay: 'long' }).format(
    Math.floor(seconds / length),
  );
}
