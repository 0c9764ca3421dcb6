import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataPoint } from '../../src/http/data-point.ts';
import { problems } from '../../src/problems.ts';
import { project, rowsIn, section, textOf } from './markdown.ts';

// The runbook has each line of the log that asks for something, and the metrics are where their document says.

const document = textOf('src/signals.md');

/** Names that the code logs at a level, in whatever way the level is decided. */
function logged(level: 'warn' | 'error'): string[] {
  const sources = globSync('src/**/*.{ts,tsx}', { cwd: project }).map((file) =>
    readFileSync(join(project, file), 'utf8'),
  );
  const calls = sources.flatMap((text) => text.match(/\b(?:log|logToConsole)\([^{;]*/g) ?? []);
  const names = calls.flatMap((call) => {
    const levels = ['info', 'warn', 'error'].filter((name) => call.includes(`'${name}'`));
    if (!levels.includes(level)) return [];
    const literals: string[] = call.match(/(?<=')[a-z]+(?:-[a-z]+)+(?=')/g) ?? [];
    // Two levels and two names: `level ? 'error' : 'warn', level ? 'given-up' : 'postponed'`.
    return literals.length > 1 ? literals.slice(levelAt(call, level)).slice(0, 1) : literals;
  });
  return [...new Set(names)].sort();
}

const levelAt = (call: string, level: string): number =>
  [...(call.match(/'(?:warn|error)'/g) ?? [])].indexOf(`'${level}'`);

/** What is answered as a 5xx is logged by the name of its problem. */
const faults = Object.entries(problems).flatMap(([name, { status }]) => (status >= 500 ? [name] : []));

test('each event of level error is in the runbook, and none that the code does not know', () => {
  const events = [...logged('error'), ...faults].sort();
  expect(events.length).toBeGreaterThan(11);
  const described = [...section(document, 'Runbook').matchAll(/^### `([\w-]+)`$/gm)].map(([, name]) => name);
  expect(described.toSorted()).toEqual(events);
});

test('each of them says what it means, how that is confirmed, and what to do', () => {
  const entries = section(document, 'Runbook').split(/^### /m).slice(1);
  const short = entries.filter(
    (entry) => !/\*\*Means:\*\*[\s\S]*\*\*Confirm(:\*\*|\*\*)[\s\S]*\*\*do:\*\*/i.test(entry),
  );
  expect(short).toEqual([]);
});

test('each warning is in the table of warnings, and none that the code does not know', () => {
  const rows = rowsIn(section(document, 'Warnings')).map(([cell = '']) => cell.replaceAll('`', ''));
  expect(rows.toSorted()).toEqual(logged('warn'));
});

test('columns of Analytics Engine are what the document says', () => {
  const names = ['method', 'route', 'status', 'outcome', 'problem'] as const;
  const numbers = ['duration_ms', 'database_ms', 'database_trips'] as const;
  const point = dataPoint({
    ...(Object.fromEntries(names.map((name) => [name, name])) as Record<(typeof names)[number], string>),
    ...(Object.fromEntries(numbers.map((name, index) => [name, index])) as Record<
      (typeof numbers)[number],
      number
    >),
  });
  const columns = rowsIn(section(document, 'Metrics')).map(([column = '', what = '']) => [
    column.replaceAll('`', ''),
    /(?<=^`)\w+/.exec(what)?.[0],
  ]);
  const ofKind = (kind: string) => columns.filter(([column = '']) => column.startsWith(kind));
  expect(point.indexes).toEqual(['route']);
  expect(ofKind('blob')).toEqual(point.blobs?.map((name, index) => [`blob${index + 1}`, name]));
  expect(ofKind('double')).toEqual(
    point.doubles?.map((value, index) => [`double${index + 1}`, numbers[value]]),
  );
});

test('queries name columns that there are', () => {
  const queries = section(document, 'Queries').match(/^```sql\n[\s\S]*?^```/gm) ?? [];
  expect(queries.length).toBeGreaterThan(5);
  const columns = new Set(
    rowsIn(section(document, 'Metrics')).map(([column = '']) => column.replaceAll('`', '')),
  );
  const named = queries.flatMap((query) => query.match(/\b(?:blob|double|index)\d+\b/g) ?? []);
  expect(named.filter((name) => !columns.has(name))).toEqual([]);
  // Sampled rows stand for many requests: nobody counts rows.
  expect(queries.filter((query) => /\bcount(If)?\(/i.test(query))).toEqual([]);
});
