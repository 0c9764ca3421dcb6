// How the service speaks to one person: in a language, under the operator's name.

import type { Brand } from '../brand.ts';
import { directionOf } from './languages.ts';
import { fill, type Spoken } from './words.ts';

export type Speech = ReturnType<typeof createSpeech>;

type Values = Readonly<Record<string, string | number | undefined>>;

export function createSpeech({ language, words, brand }: Spoken & { readonly brand: Brand }) {
  const direction = directionOf(language);
  /** First strong isolate: an address or a name in Latin letters would turn what is around it (UAX #9, section 6.3). */
  const isolated = (value: string | number | undefined) =>
    direction === 'rtl' && value !== undefined ? `\u2068${value}\u2069` : value;
  const service = brand.name;
  const support = brand.supportEmail ?? fill(words.supportTeam, { service: isolated(service) });

  return {
    language,
    direction,
    words,
    brand,
    /** A sentence with its values. `{service}` and `{support}` are there in any of them. */
    say(sentence: string, values: Values = {}): string {
      const all = Object.entries({ service, support, ...values });
      return fill(sentence, Object.fromEntries(all.map(([name, value]) => [name, isolated(value)])));
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
