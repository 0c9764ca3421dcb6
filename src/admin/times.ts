// Times, in the zone of who reads them; UTC, as the logs have it, is in the title.

import { element } from './elements.ts';

const date = { month: 'short', day: 'numeric' } as const;
const clock = { hour: 'numeric', minute: '2-digit' } as const;
const year = { year: 'numeric' } as const;

export const time = (at: string): HTMLTimeElement => shown(at, { ...date, ...clock });
export const hourOf = (at: string): HTMLTimeElement => shown(at, { ...date, hour: 'numeric' });
export const day = (at: string): HTMLTimeElement => shown(at, date);

/** With the year where it is not this one. */
function shown(at: string, format: Intl.DateTimeFormatOptions): HTMLTimeElement {
  const then = new Date(at);
  const isOfThisYear = then.getFullYear() === new Date().getFullYear();
  const utc = at.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC');
  const text = then.toLocaleString(undefined, { ...format, ...(isOfThisYear ? {} : year) });
  return element('time', { datetime: at, title: utc }, text);
}

/** What somebody chose in a `datetime-local` field, in their zone; undefined where they chose nothing. */
export const chosenTime = (value: string): string | undefined =>
  value === '' ? undefined : new Date(value).toISOString();
