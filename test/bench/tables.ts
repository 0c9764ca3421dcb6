// Figures as people read them.

import type { BoundBeside } from './bound.ts';
import type { Compared, Priced } from './compare.ts';
import type { Beside } from './peer.ts';

/** Columns as wide as what is in them; the first one to the left, figures to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)),
  );
  const lines = [head, widths.map((width) => '─'.repeat(width)), ...rows].map((row) =>
    row
      .map((cell, column) =>
        column < 1 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

export function comparedTable(all: readonly Compared[], added: number): string {
  const here = all.filter((each) => each.added === added);
  const counts = [...new Set(here.map(({ connections }) => connections))];
  const most = Math.max(...counts);
  const head = [
    'endpoint',
    'its floor',
    ...counts.flatMap((count) => [`${count}×: /s`, 'p50', 'p99', 'of floor']),
    'CPU ms',
    'floor',
    'cost',
    'trips',
    'SQL',
  ];
  const rows = here
    .filter(({ connections }) => connections === most)
    .map((row) => [
      row.endpoint,
      row.floorWork,
      ...here
        .filter(({ endpoint }) => endpoint === row.endpoint)
        .flatMap(({ ours, ratio }) => [
          figure(ours.perSecond),
          figure(ours.p50),
          figure(ours.p99),
          ratio.toFixed(2),
        ]),
      figure(row.ours.processorMilliseconds),
      figure(row.floor.processorMilliseconds),
      `${figure(row.cost)}×`,
      figure(row.ours.trips),
      figure(row.ours.statements),
    ]);
  return table(head, rows);
}

export function pricedTable(all: readonly Priced[]): string {
  const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
  return table(
    ['floor, 16 connections', '/s', 'p50', 'CPU ms', 'busy: Worker', 'endpoint', 'load'],
    all.map(({ work, figures, busy }) => [
      work,
      figure(figures.perSecond),
      figure(figures.p50),
      figure(figures.processorMilliseconds),
      ...[busy.worker, busy.endpoint, busy.load].map(percent),
    ]),
  );
}

/** What takes two requests has the trips of each. */
export function besideTable(all: readonly Beside[]): string {
  return table(
    [
      '16 connections',
      'CPU ms: ours',
      'better-auth',
      'ours is',
      '/s: ours',
      'better-auth',
      'trips: ours',
      'better-auth',
    ],
    all.map(({ what, ours, theirs }) => [
      what,
      figure(ours.processorMilliseconds),
      figure(theirs.processorMilliseconds),
      `${figure(theirs.processorMilliseconds / ours.processorMilliseconds)}× cheaper`,
      figure(ours.perSecond),
      figure(theirs.perSecond),
      ...[ours.trips, theirs.trips].map((trips) => trips.map(figure).join(' + ')),
    ]),
  );
}

export function boundTable(all: readonly BoundBeside[]): string {
  return table(
    [
      '16 connections',
      'CPU ms: bound',
      'unbound',
      'bound is',
      '/s: bound',
      'unbound',
      'trips: bound',
      'unbound',
    ],
    all.map(({ what, bound, unbound }) => [
      what,
      figure(bound.processorMilliseconds),
      figure(unbound.processorMilliseconds),
      `${(bound.processorMilliseconds / unbound.processorMilliseconds).toFixed(2)}×`,
      figure(bound.perSecond),
      figure(unbound.perSecond),
      figure(bound.trips),
      figure(unbound.trips),
    ]),
  );
}

/** Three digits that count; a dash for what could not be measured. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value >= 100) return Math.round(value).toString();
  return value.toFixed(value >= 10 ? 1 : 2);
}
