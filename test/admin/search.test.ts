// What operators find: by each way of searching, in each state, in pages; and on 100,000 users without reading them all.

import type { SQL } from 'drizzle-orm/sql/sql';
import { sql } from 'drizzle-orm/sql/sql';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../src/database/client.ts';
import { findUsers } from '../../src/operators/find-users.ts';
import { listEvents } from '../../src/operators/list-events.ts';
import { listMails } from '../../src/operators/mails.ts';
import { type Person, problem, signedIn } from '../accounts/people.ts';
import { newDatabase, type Service, startService } from '../service.ts';
import { newAdmin } from './operators.ts';

let service: Service;
let admin: Person;

const many = 100_000;

/** Users of a large service: `p<number>@d<number / 100>.test`, of whom every thousandth is disabled; their events and mails. */
beforeAll(async () => {
  service = await startService({ DATABASE_URL: await newDatabase(), GUESTS: 'true' });
  // No statement may take as long as all of them at once.
  const parts = Array.from(
    { length: 10 },
    (_, part) => [part * (many / 10) + 1, (part + 1) * (many / 10)] as const,
  );
  const statements = [
    sql`alter table users disable trigger all`,
    ...parts.map(
      ([first, last]) => sql`
        with numbered as (select gen_random_uuid() as id, n from generate_series(${first}::int, ${last}::int) n),
        users as (
          insert into users (id, email, email_verified_at, name, external_id, disabled_at, created_at, updated_at)
          select id, 'p' || n || '@d' || n / 100 || '.test', now(), 'Person Number ' || n, 'auth0|' || n,
            case when n % 1000 = 0 then now() end, now(), now()
          from numbered
        ),
        events as (
          insert into security_events (id, kind, user_id, ip, created_at)
          select gen_random_uuid(), case when n % 1000 = 0 then 'password-reset' else 'signed-in' end, id,
            '192.0.' || n / 250 || '.' || n % 250, now() - n * interval '1 second'
          from numbered
        )
        insert into mails (id, kind, user_id, created_at, due_at, sent_at, failed_at)
        select gen_random_uuid(), 'new-sign-in', id, now(), 'infinity', case when n % 1000 > 1 then now() end,
          case when n % 1000 = 1 then now() end
        from numbered`,
    ),
    sql`alter table users enable trigger all`,
    ...['users', 'security_events', 'mails'].map((table) => sql`analyze ${sql.identifier(table)}`),
  ];
  for (const statement of statements) await db().query(statement, { repeatable: false });
  admin = await newAdmin(service);
}, 120_000);

const db = (): Database => service.dependencies.database;
const operator = 'command-line' as const;
const page = { operator, before: 'ffffffff-ffff-ffff-ffff-ffffffffffff', limit: 26 };

async function found(query: string): Promise<string[]> {
  const { body } = await admin.call('GET', `/api/admin/users?${query}`);
  return body.data.map(({ email }: { email: string }) => email);
}

test.for([
  ['the beginning of an address', 'p4711@', ['p4711@d47.test']],
  ['an address in capital letters', 'P4711@D47.TEST', ['p4711@d47.test']],
  ['an id of another system', 'auth0|4711', ['p4711@d47.test']],
  ['the beginning of a name', 'person number 99999', ['p99999@d999.test']],
  ['a name with what LIKE means something else by', 'person_number 99999', []],
  ['everything, as LIKE says it', '%', []],
  ['a backslash', '\\', []],
  ['nobody', 'nobody', []],
  ['nobody’s domain', '@d47', []],
] as const)('%s', async ([, query, expected]) => {
  expect(await found(new URLSearchParams({ query }).toString())).toEqual(expected);
});

test('an id, in either case', async () => {
  for (const query of [admin.id, admin.id.toUpperCase(), ` ${admin.id} `])
    expect(await found(new URLSearchParams({ query }).toString())).toEqual([admin.email]);
});

test('everybody at a domain, in pages that follow each other', async () => {
  const seen: string[] = [];
  let next: string | null = '/api/admin/users?query=%40d47.test&limit=40';
  const sizes: number[] = [];
  while (next) {
    const answer = await admin.call('GET', next);
    expect(answer).toMatchObject({ status: 200, trips: 1 });
    seen.push(...answer.body.data.map(({ email }: { email: string }) => email));
    sizes.push(answer.body.data.length);
    next = /<([^>]+)>/.exec(answer.headers.get('Link') ?? '')?.[1] ?? null;
    expect(next === null).toBe(answer.body.next_cursor === null);
  }
  expect(sizes).toEqual([40, 40, 20]);
  expect(new Set(seen).size).toBe(100);
});

test('by state', async () => {
  const { body: guest } = await service.call('POST', '/api/auth/guest');
  const me = await service.call('GET', '/api/users/me', { bearer: guest.access_token });
  const { body } = await admin.call('GET', '/api/admin/users?state=guest');
  expect(body.data).toMatchObject([{ id: me.body.id, is_guest: true, email: null }]);
  expect(await found('state=admin')).toEqual([admin.email]);
  expect(await found('state=unverified')).toEqual([]);
  expect(await found('state=disabled')).toHaveLength(25);
  expect(await found('state=disabled&query=p5000%40')).toEqual(['p5000@d50.test']);
  expect(await found('state=disabled&query=p5001%40')).toEqual([]);
});

test('a user in full says how they sign in and what keeps them out', async () => {
  const person = await signedIn(service);
  await person.call('PATCH', '/api/users/me', { json: { locale: 'de-CH' } });
  const json = { email: person.email, password: 'not the right password' };
  for (let times = 0; times < 6; times += 1) await service.call('POST', '/api/auth/login', { json });
  await service.call('POST', '/api/auth/login', { json: { ...json, known_device: person.known_device } });
  const { body, headers, trips } = await admin.call('GET', `/api/admin/users/${person.id}`);
  expect([headers.get('Cache-Control'), trips]).toEqual(['private, no-store', 1]);
  expect(body).toMatchObject({
    id: person.id,
    ways_in: { password: true, passkeys: [], identities: [], email_code: false },
    pauses: expect.arrayContaining([
      { of: 'strangers', attempts: 6, locked_until: expect.stringMatching(/Z$/) },
      { of: 'device', attempts: 1, locked_until: null },
    ]),
    known_devices: 1,
    sessions: [{ id: person.session_id, current: false, acr: 'aal1', amr: ['pwd'] }],
    locale: 'de-CH',
    metadata: {},
    app_metadata: {},
  });
  expect(body.last_used_at).toMatch(/:00:00\.000Z$/);
  expect(body.sessions[0].last_used_at).toBe(body.last_used_at);
  expect(body.events.map(({ kind }: { kind: string }) => kind)).toContain('sign-in-failed');
});

test.for([
  'from=yesterday',
  'to=2026-01-01',
  'from=0000-01-01T00:00:00Z',
  'to=9999-12-31T23:59:59-14:00',
  'from=2026-13-01T00:00:00Z',
  'user=x',
])('events of %s are refused', async (query) => {
  expect(await admin.call('GET', `/api/admin/events?${query}`)).toMatchObject(
    problem(422, 'validation-failed'),
  );
});

test('events from a moment until before another', async () => {
  const person = await signedIn(service);
  const at = new Date(service.clock.now.getTime()).toISOString();
  const count = async (query: string) =>
    (await admin.call('GET', `/api/admin/events?user=${person.id}&${query}`)).body.data.length;
  expect(await count(`from=${at}`)).toBe(1);
  expect(await count(`to=${at}`)).toBe(0);
  expect(await count(`from=${at.replace('Z', '%2B00:00')}`)).toBe(1);
});

test('events by the request that caused them: one that is counted by the last of them; of any other id none', async () => {
  const { email } = await signedIn(service);
  const guess = () =>
    service.call('POST', '/api/auth/login', { json: { email, password: 'not what it is' } });
  const of = async (requestId: string | null) =>
    (await admin.call('GET', `/api/admin/events?request_id=${requestId}`)).body.data;
  const [first, last] = [await guess(), await guess()].map(({ headers }) => headers.get('X-Request-Id'));
  expect(await of(last ?? null)).toMatchObject([
    { kind: 'sign-in-failed', email, count: 2, request_id: last },
  ]);
  expect(await of(first ?? null)).toEqual([]);
  for (const id of ['ffffffff-ffff-4fff-bfff-ffffffffffff', '00000000-0000-0000-0000-000000000000'])
    expect(await of(id)).toEqual([]);
  expect(await admin.call('GET', '/api/admin/events?request_id=x')).toMatchObject({ status: 422 });
});

describe('on 100,000 users no search reads them all', () => {
  /** The most rows that a part of the plan has read, by `explain analyze`, and how long it all took. */
  async function cost(
    run: (database: Database) => Promise<unknown>,
  ): Promise<{ rows: number; text: string }> {
    const lines: string[] = [];
    const explaining: Database = {
      async query<Row>(statement: SQL) {
        const plan = await db().query<{ 'QUERY PLAN': string }>(
          sql`explain (analyze, timing off) ${statement}`,
          {
            repeatable: true,
          },
        );
        lines.push(...plan.map((line) => line['QUERY PLAN']));
        return [] as Row[];
      },
    };
    await run(explaining);
    const text = lines.join('\n');
    const read = [...text.matchAll(/actual rows=([\d.]+) loops=(\d+)|Rows Removed by Filter: (\d+)/g)];
    return {
      rows: Math.max(
        ...read.map(
          ([, rows, loops, removed]) => Number(removed ?? 0) + Number(rows ?? 0) * Number(loops ?? 0),
        ),
      ),
      text,
    };
  }

  const somebody = async () =>
    (
      await db().query<{ id: string }>(sql`select id from users where email = 'p4711@d47.test'`, {
        repeatable: true,
      })
    )[0]?.id ?? '';
  const old = new Date(Date.now() - 12 * 60 * 60 * 1000);
  const searches: Readonly<Record<string, (database: Database) => Promise<unknown>>> = {
    'no query': (database) => findUsers(database, page),
    'an address': (database) => findUsers(database, { ...page, query: 'p4711@d' }),
    'the beginning of a name': (database) => findUsers(database, { ...page, query: 'Person Number 4711' }),
    'an external id': (database) => findUsers(database, { ...page, query: 'auth0|4711' }),
    'a domain': (database) => findUsers(database, { ...page, query: '@d47.test' }),
    'the disabled': (database) => findUsers(database, { ...page, state: 'disabled' }),
    'the admins': (database) => findUsers(database, { ...page, state: 'admin' }),
    'events of a user': async (database) => listEvents(database, { ...page, user: await somebody() }),
    'events of a rare kind': (database) => listEvents(database, { ...page, kind: 'password-reset' }),
    'events from an address': (database) => listEvents(database, { ...page, ip: '192.0.10.10' }),
    'events of a request': (database) =>
      listEvents(database, { ...page, request_id: service.dependencies.newId() }),
    'events of an hour': (database) =>
      listEvents(database, { ...page, from: old, to: new Date(old.getTime() + 60 * 60 * 1000) }),
    'failed mails': (database) => listMails(database, { ...page, state: 'failed' }),
    'waiting mails': (database) => listMails(database, { ...page, state: 'waiting' }),
    'sent mails': (database) => listMails(database, { ...page, state: 'sent' }),
  };

  test('but for what everybody’s name begins with, and that takes no longer than a statement may', async () => {
    expect(await findUsers(db(), { ...page, query: 'Person' })).toHaveLength(26);
  });

  test.for(Object.entries(searches))('%s', async ([, run]) => {
    const { rows, text } = await cost(run);
    expect(rows, text).toBeLessThan(many / 20);
    expect(text).not.toMatch(/Seq Scan on (users|security_events|mails)/);
  });
});
