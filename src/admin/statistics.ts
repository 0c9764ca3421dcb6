// `#/statistics`: how it goes, in numbers and small charts.

import type { Counted, Statistics } from './answers.ts';
import { call } from './api.ts';
import { chart } from './charts.ts';
import { type Child, element, link, nothing, small } from './elements.ts';
import { addressOf, type Route } from './router.ts';
import { table } from './tables.ts';
import { day, hourOf, time } from './times.ts';

const hour = 3_600_000;
const periods = {
  day: { label: '24 hours', milliseconds: 24 * hour, step: 'hour' },
  week: { label: '7 days', milliseconds: 7 * 24 * hour, step: 'hour' },
  month: { label: '30 days', milliseconds: 30 * 24 * hour, step: 'day' },
} as const;

type Measure = {
  readonly name: string;
  readonly of: (counted: Counted) => number | null;
  readonly tone?: 'bad';
};

const accounts: readonly Measure[] = [
  { name: 'Sign-ins', of: ({ sign_ins }) => sign_ins },
  { name: 'Failed sign-ins', of: ({ failed_sign_ins }) => failed_sign_ins, tone: 'bad' },
  { name: 'Wrong second factors', of: ({ second_factor_failures }) => second_factor_failures, tone: 'bad' },
  { name: 'Registrations', of: ({ registrations }) => registrations },
  { name: 'Sessions started', of: ({ sessions_started }) => sessions_started },
  { name: 'Sessions ended', of: ({ sessions_ended }) => sessions_ended },
];

const refreshes: readonly Measure[] = [
  { name: 'Superseded', of: ({ refreshes: { superseded } }) => superseded },
  { name: 'From another network', of: ({ refreshes: { from_another_network } }) => from_another_network },
  {
    name: 'Without the device’s key',
    of: ({ refreshes: { device_key_refused } }) => device_key_refused,
    tone: 'bad',
  },
  { name: 'Token reused: theft', of: ({ refreshes: { reused } }) => reused, tone: 'bad' },
];

export async function statistics(main: HTMLElement, { query }: Route): Promise<void> {
  const asked = query.get('period') ?? 'day';
  const name = asked in periods ? (asked as keyof typeof periods) : 'day';
  const { milliseconds, step, label } = periods[name];
  const to = new Date();
  const from = new Date(to.getTime() - milliseconds);
  const range = new URLSearchParams({ from: from.toISOString(), to: to.toISOString(), step });
  const { now, series } = await call<Statistics>(`GET /api/admin/statistics?${range}`);
  const moment = step === 'hour' ? hourOf : day;
  const ends = [series.at(0), series.at(-1)].map((counted) =>
    counted ? moment(counted.at).textContent : '',
  );
  const charts = (measures: readonly Measure[], kind = '') =>
    element(
      'div',
      { class: `charts ${kind}` },
      ...measures.map((measure) =>
        chart(measure.name, series.map(measure.of), [ends[0] ?? '', ends[1] ?? ''], measure.tone),
      ),
    );
  main.replaceChildren(
    element('h1', { tabindex: -1 }, 'Statistics'),
    element(
      'section',
      { 'aria-label': 'Now' },
      element('h2', {}, 'Now'),
      element('dl', { class: 'tiles' }, ...tilesOf(now)),
    ),
    element(
      'section',
      { 'aria-label': 'Lately' },
      element('h2', {}, `The last ${label}`),
      element(
        'nav',
        { class: 'tabs', 'aria-label': 'Period' },
        ...Object.entries(periods).map(([period, { label: word }]) => {
          const tab = link(addressOf.statistics(period), word);
          if (period === name) tab.setAttribute('aria-current', 'page');
          return tab;
        }),
      ),
      charts(accounts),
      element('h3', {}, 'Refreshes that were not as usual'),
      charts(refreshes, 'four'),
      element(
        'p',
        { class: 'soft' },
        'Successful refreshes are not in the database: Analytics Engine counts them, where it is bound.',
      ),
      element(
        'details',
        {},
        element('summary', {}, 'The same as a table'),
        table(
          `Counts by ${step}`,
          [
            { name: step === 'hour' ? 'Hour' : 'Day', cell: ({ at }: Counted) => moment(at) },
            ...[...accounts, ...refreshes].map(({ name: measure, of }) => ({
              name: measure,
              cell: (counted: Counted) => of(counted) ?? nothing(),
            })),
          ],
          series,
        ),
      ),
    ),
  );
}

function tilesOf({ mails, outbox, ...now }: Statistics['now']): HTMLElement[] {
  return [
    tile('Users', now.users),
    tile('Disabled', now.disabled),
    tile('Guests', now.guests),
    tile(
      'Active sessions',
      now.active_sessions,
      `${now.used_in_the_last_hour.toLocaleString()} used in the last hour`,
    ),
    tile('Mails waiting', mails.waiting, sinceWhen(mails.oldest_waiting_at)),
    tile('Mails failed', mails.failed_last_day, link(addressOf.mails('failed'), 'in the last day')),
    tile('Outbox waiting', outbox.waiting, sinceWhen(outbox.oldest_waiting_at)),
    tile('Deliveries failed', outbox.failed_last_day, 'in the last day'),
  ];
}

const sinceWhen = (at: string | null): Child =>
  at === null ? null : element('span', {}, 'oldest from ', time(at));

const tile = (name: string, value: number, more?: Child): HTMLElement =>
  element(
    'div',
    { class: 'tile' },
    element('dt', {}, name),
    element('dd', {}, element('strong', {}, value.toLocaleString()), more ? small(more) : null),
  );
