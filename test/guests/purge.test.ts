// Guests whom nobody can be any more go, with what is theirs; whoever can come back stays.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { guestPurgeBatch, purgeBatches } from '../../src/bounds.ts';
import { purge } from '../../src/features/purge/purge.ts';
import { newDatabase, type Service, startService } from '../service.ts';
import { hold } from '../sessions/line-up.ts';
import { type Guest, newGuest, refreshed, rows, userOf, withAddress } from './people.ts';

const day = 24 * 60 * 60;

/** On a Wednesday: sessions go by the week in which they expire. */
async function begin(): Promise<Service> {
  const service = await startService({ GUESTS: 'true', DATABASE_URL: await newDatabase() });
  service.clock.now = new Date('2030-01-09T00:00:00.000Z');
  return service;
}

async function post({ call }: Guest): Promise<void> {
  await call('POST', '/api/posts', { json: { title: crypto.randomUUID(), content: 'Words' } });
}

const posts = (service: Service, { id }: Guest) =>
  rows(service, sql`select from posts where author_id = ${id}`);

const purged = ({ logged }: Service) => logged.findLast(({ event }) => event === 'purged')?.fields;

test('one that was never refreshed is there for a month, and gone within two weeks of it, with its posts', async () => {
  const service = await begin();
  const guest = await newGuest(service);
  await post(guest);
  service.clock.advance(30 * day);
  await purge(service.dependencies);
  expect(await userOf(service, guest.id)).toBeDefined();
  service.clock.advance(14 * day);
  await purge(service.dependencies);
  expect(await userOf(service, guest.id)).toBeUndefined();
  expect(await posts(service, guest)).toEqual([]);
  expect(await rows(service, sql`select from sessions`)).toEqual([]);
  expect(purged(service)).toMatchObject({ guests: 1 });
});

test('one that is used once a month stays', async () => {
  const service = await begin();
  const guest = await newGuest(service);
  let tokens = { refresh_token: guest.refresh_token };
  for (let month = 0; month < 4; month += 1) {
    service.clock.advance(29 * day);
    tokens = (await refreshed(service, tokens)).body;
    await purge(service.dependencies);
  }
  expect(await userOf(service, guest.id)).toBeDefined();
  service.clock.advance(44 * day);
  await purge(service.dependencies);
  expect(await userOf(service, guest.id)).toBeUndefined();
});

test('one that was upgraded stays, though its session goes; and so does somebody else', async () => {
  const service = await begin();
  const guest = await newGuest(service);
  await withAddress(service, guest);
  await post(guest);
  service.clock.advance(44 * day);
  await purge(service.dependencies);
  expect(await userOf(service, guest.id)).toMatchObject({ is_guest: false });
  expect(await posts(service, guest)).toHaveLength(1);
  expect(await rows(service, sql`select from sessions where user_id = ${guest.id}`)).toEqual([]);
});

test('one with a session that may still be used stays, whatever else has had its time', async () => {
  const service = await begin();
  const guest = await newGuest(service);
  service.clock.advance(44 * day);
  const now = service.clock.now.toISOString();
  await rows(
    service,
    sql`insert into sessions (id, user_id, rotated_at, expires_at, absolute_expires_at, created_at)
      select ${crypto.randomUUID()}, ${guest.id}, ${now}, ${now}, ${now}, ${now}`,
  );
  await purge(service.dependencies);
  expect(await userOf(service, guest.id)).toBeDefined();
});

test('in batches; one that somebody works on is left to the next run, and its session with it', async () => {
  const service = await begin();
  const count = 2 * guestPurgeBatch + 10;
  const past = new Date(service.clock.now.getTime() - 44 * day * 1000).toISOString();
  await rows(
    service,
    sql`
      with guests as (
        insert into users (id, name, is_guest, created_at, updated_at)
        select gen_random_uuid(), '', true, ${past}, ${past} from generate_series(1, ${count}::int) returning id
      )
      insert into sessions (id, user_id, rotated_at, expires_at, absolute_expires_at, is_guest, created_at)
      select gen_random_uuid(), id, ${past}, ${past}, ${past}, true, ${past} from guests`,
  );
  const [first] = await rows<{ id: string }>(service, sql`select id from users order by id limit 1`);
  const { release } = await hold(service, sql`users where id = ${first?.id}`);
  await purge(service.dependencies);
  expect(purged(service)).toMatchObject({ guests: count - 1, sessions: 0 });
  expect(Math.ceil(count / guestPurgeBatch)).toBeLessThan(purgeBatches);
  expect(await rows(service, sql`select from sessions`)).toHaveLength(1);
  await release();
  await purge(service.dependencies);
  expect(await rows(service, sql`select from users`)).toEqual([]);
});
