// What the terminal shows of a mail that the inbox has caught: whom it is for, and the link or code that one needs next.
import { stripVTControlCharacters, styleText } from 'node:util';
import { timeOfDay } from './time-of-day.ts';

export type CaughtMail = {
  readonly subject: string;
  readonly to: readonly { readonly address: string }[];
  readonly text?: string;
};

/** @param url where the inbox shows the mail. */
export function mailBanner({ subject, to, text = '' }: CaughtMail, url: string, when: Date): string {
  // Each has a line of its own in our plain text. Around a code there may be marks for the direction of the writing.
  const link = /^https?:\/\/\S+$/m.exec(text)?.[0];
  const code = /^ +\p{Cf}*([0-9A-Z]{6,12})\p{Cf}*$/mu.exec(text)?.[1];
  const rows = [
    ['to', stripVTControlCharacters(to.map(({ address }) => address).join(', '))],
    ['link', link],
    ['code', code],
    ['inbox', url],
  ].flatMap(([name, value]) =>
    value ? [`          ${styleText('dim', `${name}`.padEnd(5))}  ${value}`] : [],
  );
  const heading = styleText(['bold', 'cyan'], `Mail: ${stripVTControlCharacters(subject)}`);
  return `${styleText('dim', timeOfDay(when))}  ${heading}\n${rows.join('\n')}\n`;
}
