// What a mail says, before it is HTML or text: both twins are made of this, so neither says what the other does not.

export type Letter = {
  readonly subject: string;
  /** What an inbox shows beside the subject: long enough that it never goes on to show the code. */
  readonly preview: string;
  readonly heading: string;
  /** The person's own words for their name; none in a mail to an address that nobody has proven. */
  readonly name?: string;
  readonly opening: string;
  readonly facts?: readonly (readonly [label: string, value: string])[];
  readonly action?: Action;
  readonly closing: string;
  /** Why this person got the mail. */
  readonly reason: string;
};

export type Action = {
  readonly label: string;
  readonly link: string;
  /** The same grant for typing, and how long both live. */
  readonly oneTime?: { readonly code: string; readonly validForSeconds: number };
};

/** `Hello Anna,` or, of a name without a visible character, `Hello,`. */
export function greeting(letter: Letter): string {
  const name = harmless(letter.name ?? '');
  return name ? `Hello ${name},` : 'Hello,';
}

/** Both twins' words about a link and code. */
export const codeIntroduction = 'Or enter this code when asked:';

export function validity(seconds: number): string {
  return `Use the link or the code, once, within ${duration(seconds)}. Do not tell the code to anybody, not even to us.`;
}

/**
 * Words of a stranger's choosing, fit for a mail of ours: one short line without control or direction characters, and
 * without anything that a mail program would make a link of (an account can be opened in somebody else's name).
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

/** `15 minutes`, `24 hours`, `2 days`: the largest unit of which there are at least two, and never more than is true. */
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
