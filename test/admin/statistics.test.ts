// GET /api/admin/statistics: what is counted where, and how much can be asked for. Who may ask, rights.test.ts says.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { beforeAll, describe, expect, test } from 'vitest';
import { sampledPages, statisticsPoints } from '../../src/bounds.ts';
import { eventKeptSeconds } from '../../src/lifetimes.ts';
import { another, problem, signedIn } from '../accounts/people.ts';
import type { WithApp } from '../factors/authenticator.ts';
import { withWebhook } from '../outbox/receiver.ts';
import { newAddress, newDatabase, type Service, startService } from '../service.ts';
import { refresh } from '../sessions/driver.ts';
import { newAdmin } from './operators.ts';

const path = '/api/admin/statistics';
const hour = 60 * 60 * 1000;

const run = (service: Service, statement: SQL) =>
  service.dependencies.database.query(statement, { repeatable: false });

let url: string;
let service: Service;
let admin: WithApp;

beforeAll(async () => {
  url = await newDatabase();
  service = await startService({ DATABASE_URL: url });
  // Ahead of the database's clock, by which the outbox goes: the hour of now is not over for it while the tests run.
  service.clock.advance(600);
  admin = await newAdmin(service);
});

const asked = async (query: Record<string, string> = {}) =>
  (await admin.call('GET', `${path}?${new URLSearchParams(query)}`)).body;

type Sums = Readonly<Record<string, number>>;

/** Of all points, and of the refreshes in them. */
async function total(): Promise<Sums> {
  const sums: Record<string, number> = {};
  for (const { at: _, refreshes, ...counts } of (await asked()).series)
    for (const [name, count] of Object.entries({ ...counts, ...refreshes }))
      sums[name] = (sums[name] ?? 0) + Number(count);
  return sums;
}

const difference = (before: Sums, after: Sums): Sums =>
  Object.fromEntries(
    Object.entries(after).flatMap(([name, count]) =>
      count === before[name] ? [] : [[name, count - (before[name] ?? 0)]],
    ),
  );

describe('the series', () => {
  test('counts what happened, once', async () => {
    const before = await total();
    const email = newAddress();
    const person = await signedIn(service, email);
    await service.call('POST', '/api/auth/login', { json: { email, password: 'wrong horse' } });
    await service.call('POST', '/api/auth/login', { json: { email, password: 'wrong horse' } });
    await another(service, email);
    await refresh(service, person.refresh_token);
    await refresh(service, person.refresh_token, crypto.randomUUID());
    expect(difference(before, await total())).toEqual({
      sign_ins: 2,
      failed_sign_ins: 2,
      registrations: 1,
      sessions_started: 2,
      superseded: 1,
    });
    service.clock.advance(60);
    const later = await total();
    await refresh(service, person.refresh_token);
    expect(difference(later, await total())).toEqual({ reused: 1, sessions_ended: 1 });
  });

  test('is whole steps, the last of which is the one of now', async () => {
    const { from, to, step, series } = await asked();
    expect(step).toBe('hour');
    expect(series).toHaveLength(24);
    expect(series[0].at).toBe(from);
    expect(Date.parse(to) - Date.parse(series.at(-1).at)).toBe(hour);
    expect(Date.parse(series.at(-1).at)).toBe(Math.floor(service.clock.now.getTime() / hour) * hour);
    expect((await asked({ step: 'day' })).series).toHaveLength(30);
  });

  test('has an event at the first moment of its step in it, and one before it in the one before', async () => {
    const start = Math.floor(service.clock.now.getTime() / hour) * hour - 5 * hour;
    const at = (time: number) => new Date(time).toISOString();
    for (const time of [start, start - 1])
      await run(
        service,
        sql`insert into security_events (id, kind, user_id, count, created_at)
          values (gen_random_uuid(), 'second-factor-failed', ${admin.id}, 7, ${at(time)})`,
      );
    const query = { from: at(start), to: at(start + hour) };
    const { series } = await asked(query);
    expect(series).toHaveLength(1);
    expect(series[0]).toMatchObject({ at: at(start), second_factor_failures: 7 });
    const both = await asked({ ...query, from: at(start - 1) });
    expect(
      both.series.map((point: { second_factor_failures: number }) => point.second_factor_failures),
    ).toEqual([7, 7]);
  });

  test('ends with the step of now, whatever is asked for', async () => {
    const { to } = await asked({ to: '9999-12-31T23:59:59Z' });
    expect(to).toBe((await asked()).to);
  });

  test('knows of no sessions before the outbox', async () => {
    const { series } = await asked({ step: 'day' });
    expect(series[0]).toMatchObject({ sign_ins: 0, sessions_started: null, sessions_ended: null });
    // The outbox has the time of the database: before midnight the clock of a test may be a day ahead of it.
    const lately = series.slice(-2).map((point: { sessions_started: number }) => point.sessions_started);
    expect(Math.max(...lately)).toBeGreaterThan(0);
  });

  test('knows of none before what the outbox keeps, whatever else is in it', async () => {
    const old = new Date(service.clock.now.getTime() - 20 * 24 * hour).toISOString();
    await run(
      service,
      sql`insert into outbox (user_id, type, created_at) values (${admin.id}, 'session.ended', ${old})`,
    );
    const { series } = await asked({ step: 'day' });
    const known = series.filter((point: { sessions_ended: number | null }) => point.sessions_ended !== null);
    expect(known).toHaveLength(eventKeptSeconds / (24 * 60 * 60) + 1);
  });
});

describe('what can be asked for', () => {
  const ago = (hours: number) => new Date(service.clock.now.getTime() - hours * hour).toISOString();

  test('as many points as one answer has, and no more', async () => {
    expect((await asked({ from: ago(statisticsPoints - 1) })).series).toHaveLength(statisticsPoints);
    const refused = await admin.call('GET', `${path}?from=${ago(statisticsPoints)}`);
    expect(refused).toMatchObject(problem(422, 'validation-failed', { errors: [{ pointer: '#from' }] }));
  });

  test.for([
    ['before events are kept', () => ({ from: ago(92 * 24), step: 'day' }), '#from'],
    ['backwards', () => ({ from: ago(1), to: ago(3) }), '#from'],
    ['a time without an offset', () => ({ from: '2026-11-28T09:00:00' }), '#from'],
    ['a time that is none', () => ({ to: '2026-13-28T09:00:00Z' }), '#to'],
    ['years from now', () => ({ to: '+275760-09-13T00:00:00Z' }), '#to'],
    ['another step', () => ({ step: 'minute' }), '#step'],
  ] as const)('not %s', async ([, query, pointer]) => {
    const answer = await admin.call('GET', `${path}?${new URLSearchParams(query())}`);
    expect(answer).toMatchObject(problem(422, 'validation-failed', { errors: [{ pointer }] }));
  });
});

describe('now', () => {
  test('is what is there', async () => {
    const { now: before } = await asked();
    const people = [await signedIn(service), await signedIn(service)];
    await run(service, sql`update users set disabled_at = now() where id = ${people[0]?.id}`);
    await people[1]?.call('POST', '/api/auth/logout');
    const { now } = await asked();
    const differences = Object.fromEntries(
      ['users', 'disabled', 'guests', 'active_sessions', 'used_in_the_last_hour'].map((field) => [
        field,
        now[field] - before[field],
      ]),
    );
    expect(differences).toEqual({
      users: 2,
      disabled: 1,
      guests: 0,
      active_sessions: 1,
      used_in_the_last_hour: 1,
    });
  });

  test('has the mails and events that wait, since when, and what was given up within a day', async () => {
    const time = (minutes: number) => new Date(service.clock.now.getTime() - minutes * 60_000).toISOString();
    await run(
      service,
      sql`insert into mails (id, kind, recipient, created_at, due_at, failed_at) values
        (gen_random_uuid(), 'reset', 'a@example.test', ${time(99)}, ${time(-60)}, null),
        (gen_random_uuid(), 'reset', 'a@example.test', ${time(99)}, ${time(60)}, ${time(5)}),
        (gen_random_uuid(), 'reset', 'a@example.test', ${time(99)}, ${time(60)}, ${time(25 * 60)})`,
    );
    await run(
      service,
      sql`update outbox set delivered_at = ${time(1)}, failed_at = null where id <> (select id from outbox order by position desc limit 1)`,
    );
    const told = await startService({ ...withWebhook, DATABASE_URL: url });
    told.clock.now = service.clock.now;
    const { now } = (await told.call('GET', path, { bearer: admin.access_token })).body;
    expect(now.mails).toEqual({ waiting: 1, oldest_waiting_at: time(99), failed_last_day: 1 });
    expect(now.outbox).toEqual({
      waiting: 1,
      oldest_waiting_at: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
      failed_last_day: 0,
    });
    // Nobody is told: so nothing waits to be.
    expect((await asked()).now.outbox).toEqual({ waiting: 0, oldest_waiting_at: null, failed_last_day: 0 });
  });

  test('is estimated where a table is large, and then is near the truth', async () => {
    // Five to a page.
    await run(
      service,
      sql`insert into users (id, name, photo, is_guest, created_at, updated_at)
        select gen_random_uuid(), 'Guest', repeat('p', 1500), n % 3 = 0,
          '2020-01-01', '2020-01-01' from generate_series(1, 12000) n`,
    );
    await run(service, sql`analyze users`);
    const [truth] = await service.dependencies.database.query<{
      users: number;
      guests: number;
      pages: number;
    }>(
      sql`select count(*)::int as users, count(*) filter (where is_guest)::int as guests,
        (pg_relation_size('users') / 8192)::int as pages from users`,
      { repeatable: true },
    );
    expect(truth?.pages).toBeGreaterThan(sampledPages);
    const { now } = await asked();
    expect(Math.abs(now.users / (truth?.users ?? 0) - 1)).toBeLessThan(0.01);
    expect(Math.abs(now.guests / (truth?.guests ?? 0) - 1)).toBeLessThan(0.05);
    expect((await asked()).now.guests).toBe(now.guests);
  });
});
