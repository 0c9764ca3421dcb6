// The places of sessions in their lists: each its own, in no order that tells anything.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { statusListSize } from '../../src/tokens/status-list.ts';
import { newDatabase, type Service, startService } from '../service.ts';
import { times } from '../sessions/driver.ts';

const ownService = async () => startService({ DATABASE_URL: await newDatabase() });

const run = <Row>({ dependencies }: Service, statement: ReturnType<typeof sql>) =>
  dependencies.database.query<Row>(statement, { repeatable: false });

/** A whole list takes half a minute. */
const sessions = times(statusListSize / 8, statusListSize);
const part = statusListSize / 32;

test(`no two of ${sessions} sessions share a place, and a list of 2^20 leaves none out`, async () => {
  const service = await ownService();
  await run(service, sql`create table places (status_index bigint)`);
  // In parts, each within the time that one statement has.
  for (let count = 0; count < sessions; count += part) {
    await run(
      service,
      sql`insert into places select next_status_index() from generate_series(1, ${part}::int)`,
    );
  }
  const [row] = await run<Record<string, unknown>>(
    service,
    sql`select count(*)::int as count, count(distinct status_index)::int as places, min(status_index)::int >= 0 as is_first,
        max(status_index)::int < ${statusListSize}::int as is_last, (select count(*)::int from status_lists) as lists
      from places`,
  );
  expect(row).toEqual({ count: sessions, places: sessions, is_first: true, is_last: true, lists: 1 });
  await run(service, sql`select setval('session_status_sequence', ${statusListSize - 1}::bigint)`);
  const [next] = await run<{ index: string }>(service, sql`select next_status_index() as index`);
  expect(Number(next?.index)).toBeGreaterThanOrEqual(statusListSize);
});

test('places tell neither which session came first nor how many there are', async () => {
  const service = await ownService();
  const rows = await run<{ index: string }>(
    service,
    sql`select next_status_index() as index from generate_series(1, 1000)`,
  );
  const places = rows.map(({ index }) => Number(index));
  const growing = places.filter((place, n) => n > 0 && place > (places[n - 1] ?? 0)).length;
  expect(growing).toBeGreaterThan(400);
  expect(growing).toBeLessThan(600);
  // Every tenth of the list has about a tenth of them.
  for (let tenth = 0; tenth < 10; tenth += 1) {
    const here = places.filter((place) => Math.floor((place * 10) / statusListSize) === tenth).length;
    expect(here).toBeGreaterThan(50);
    expect(here).toBeLessThan(160);
  }
});

test('two that begin a list at once share its key', async () => {
  const service = await ownService();
  const index = sql`select next_status_index() as index`;
  const [one, two] = await Promise.all([
    // Its key is not committed for a while; the other waits for it.
    run<{ index: string }>(service, sql`${index}, pg_sleep(0.5)`),
    scheduler.wait(100).then(() => run<{ index: string }>(service, index)),
  ]);
  const given = [one[0]?.index, two[0]?.index].toSorted();
  expect(new Set(given).size).toBe(2);
  expect(await run(service, sql`select from status_lists`)).toHaveLength(1);
  // The same two, counted again under the key that is there.
  await run(service, sql`select setval('session_status_sequence', 0, false)`);
  const again = await run<{ index: string }>(service, sql`${index} from generate_series(1, 2)`);
  expect(again.map((row) => row.index).toSorted()).toEqual(given);
});
