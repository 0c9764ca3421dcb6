// How the service speaks to one person: in a language, under the operator's name.

import type { Brand } from '../brand.ts';
import { directionOf } from './languages.ts';
import { fill, type Spoken, type Words } from './words.ts';

export type Speech = ReturnType<typeof createSpeech>;

type Values = Readonly<Record<string, string | number | undefined>>;

export function createSpeech({ language, words, brand }: Spoken & { readonly brand: Brand }) {
  const direction = directionOf(language);
  /** First strong isolate: an address or a name in Latin letters would turn what is around it (UAX #9, section 6.3). */
  const isolated = (value: string | number | undefined) =>
    direction === 'rtl' && value !== undefined ? `\u2068${value}\u2069` : value;
  const service = isolated(brand.name);
  const support = String(isolated(brand.supportEmail ?? fill(words.supportTeam, { service })));

  return {
    language,
    direction,
    /** With `{service}` and `{support}` in them, which may stand in any sentence. */
    words: filled(words, { service, support }),
    brand,
    /** Whom people write to, as it stands in sentences. */
    support,
    /** A sentence with the values that are its own. */
    say(sentence: string, values: Values): string {
      const own = Object.entries(values).map(([name, value]) => [name, isolated(value)]);
      return fill(sentence, Object.fromEntries(own));
    },
    /** `24 November 2026 at 23:19 UTC`. */
    moment(when: Date): string {
      return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
        year: 'numeric',
        month: 'long',
        day: 'numeric',
        hour: 'numeric',
        minute: '2-digit',
        timeZone: 'UTC',
        timeZoneName: 'short',
      }).format(when);
    },
    /** `15 minutes`, `24 hours`, `2 days`: in the largest unit of which there are at least two, and rounded down. */
    duration(seconds: number): string {
      const [unit, length] = units.find(([, length]) => seconds >= 2 * length) ?? (['second', 1] as const);
      const format = new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' });
      const said = format.format(Math.floor(seconds / length));
      // `7 日`, as nobody writes it.
      return language === 'ja' ? said.replace(' ', '') : said;
    },
  };
}

const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

function filled<Branch extends Words | Words[keyof Words] | string>(words: Branch, values: Values): Branch {
  if (typeof words === 'string') return fill(words, values) as Branch;
  return Object.fromEntries(
    Object.entries(words).map(([name, part]) => [name, filled(part, values)]),
  ) as Branch;
}
