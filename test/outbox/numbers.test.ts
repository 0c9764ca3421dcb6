// Numbers are given to what is committed: whoever has read up to one misses nothing that comes below it.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { numberEvents } from '../../src/features/outbox/statements.ts';
import { startOwnService, startSecondIsolate } from '../mail/own-service.ts';
import { insertUsers } from '../mail/tables.ts';
import { newAddress, type Service } from '../service.ts';
import { rows, run } from './receiver.ts';

const number = ({ dependencies, clock }: Service) => numberEvents(dependencies.database, clock.now);

/** What a reader sees who asks from here on, as the endpoint does. */
async function read({ dependencies }: Service, after: number): Promise<number[]> {
  const found = await dependencies.database.query<{ number: string }>(
    sql`select number from outbox where number > ${after} order by number limit 100`,
    { repeatable: true },
  );
  return found.map((row) => Number(row.number));
}

/** A change whose transaction is open for a while after its event was written. */
const slowChange = (service: Service, email: string, seconds: number) =>
  run(
    service,
    sql.raw(`do $$ begin
      update users set name = name || '.' where email = '${email}';
      perform pg_sleep(${seconds});
    end $$`),
  );

test('an event has a number once it is committed, in the order of the changes', async () => {
  const service = await startOwnService();
  await insertUsers(service, Array.from({ length: 5 }, newAddress));
  expect((await rows(service)).map((row) => row.number)).toEqual(Array(5).fill(null));
  expect(await read(service, 0)).toEqual([]);
  expect(await number(service)).toBe(5);
  expect((await rows(service)).map((row) => row.number)).toEqual(['1', '2', '3', '4', '5']);
  expect(await number(service)).toBe(0);
});

test('a change that is committed late is not skipped by a reader who is beyond its position', async () => {
  const service = await startOwnService();
  const [slow, quick] = [newAddress(), newAddress()];
  await insertUsers(service, [slow, quick]);
  await number(service);
  const change = slowChange(service, slow, 1.5);
  await new Promise((done) => setTimeout(done, 500));
  await run(service, sql`update users set name = 'Quick' where email = ${quick}`);
  await number(service);
  const before = await read(service, 2);
  await change;
  await number(service);
  const positions = (await rows(service)).slice(2);
  // The slow one was written first, and yet has the higher number.
  expect(positions.map((row) => row.number)).toEqual(['4', '3']);
  expect(before).toEqual([3]);
  expect(await read(service, 3)).toEqual([4]);
});

test('many who number at once, and a reader who follows: each number once, and nothing is skipped', async () => {
  const first = await startOwnService();
  const isolates = [first, await startSecondIsolate(first), await startSecondIsolate(first)];
  const emails = Array.from({ length: 60 }, newAddress);
  const turns = 5;
  await insertUsers(first, emails);
  const seen: number[] = [];
  let isChanging = true;
  const follow = async () => {
    for (;;) {
      const isLast = !isChanging;
      const page = await read(first, seen.at(-1) ?? 0);
      seen.push(...page);
      if (isLast && page.length === 0) return;
    }
  };
  const numbering = async (service: Service) => {
    while (isChanging) await number(service);
  };
  const changing = Promise.all(
    emails.map(async (email, index) => {
      for (let turn = 0; turn < turns; turn += 1) await slowChange(first, email, (index % 7) / 100);
    }),
  );
  const following = [follow(), ...isolates.map(numbering)];
  await changing;
  await number(first);
  isChanging = false;
  await Promise.all(following);
  await follow();
  expect(seen).toHaveLength(emails.length * (1 + turns));
  expect((await rows(first)).filter((row) => row.number === null)).toEqual([]);
});
