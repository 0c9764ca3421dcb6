// GET /status/{list}: what it contains, how long it is answered again, and what it costs the database.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { purge } from '../../src/features/purge/purge.ts';
import { expectProblem } from '../problem-document.ts';
import { issuer, newDatabase, type Service, startService } from '../service.ts';
import { logout, newOwner, start } from '../sessions/driver.ts';
import { indexOf, readList } from './lists.ts';

const ownService = async (changed: Record<string, unknown> = {}) =>
  startService({ DATABASE_URL: await newDatabase(), ...changed });

/** Another isolate, on the same database and by the same clock. */
async function isolateOf({ clock, dependencies }: Service, location?: string): Promise<Service> {
  const isolate = await startService({ DATABASE_URL: dependencies.config.databaseUrl }, location);
  Object.defineProperty(isolate.clock, 'now', { get: () => clock.now });
  return isolate;
}

const run = (service: Service, statement: ReturnType<typeof sql>) =>
  service.dependencies.database.query(statement, { repeatable: false });

/** Ends a session that is there for this alone. @returns its index. */
async function ended(service: Service): Promise<number> {
  const session = await start(service, await newOwner(service));
  await logout(service, session.refreshToken);
  return (await indexOf(service, session.id)) ?? -1;
}

const get = (service: Service, path: string) => service.call('GET', path);

test('a list is a Status List Token, signed with a key of access tokens', async () => {
  const service = await ownService();
  await start(service, await newOwner(service));
  const { claims, header, places, trips } = await readList(service);
  const now = Math.floor(service.clock.now.getTime() / 1000);
  const kid = service.dependencies.accessTokenKeys.signing.kid;
  expect(header).toEqual({ alg: 'RS256', typ: 'statuslist+jwt', kid });
  expect(claims).toEqual({
    sub: `${issuer}/status/0`,
    iat: now,
    exp: now + 300,
    ttl: 15,
    status_list: { bits: 1, lst: expect.stringMatching(/^e[JN][\w-]+$/) },
  });
  expect(places).toEqual([]);
  expect(trips).toBe(1);
});

test('it has the sessions that have ended, and is answered again for ten seconds', async () => {
  const service = await ownService();
  const [first] = [await ended(service)];
  expect(await readList(service)).toMatchObject({ places: [first], trips: 1 });
  const second = await ended(service);
  service.clock.advance(9.999);
  expect(await readList(service)).toMatchObject({ places: [first], trips: 0 });
  service.clock.advance(0.001);
  const places = [first, second].toSorted((one, other) => one - other);
  expect(await readList(service)).toMatchObject({ places, trips: 1 });
  // A clock that was set back makes nothing last longer.
  service.clock.advance(-60);
  expect((await readList(service)).trips).toBe(1);
});

test('it is a list’s alone: the next one begins with the next session', async () => {
  const service = await ownService();
  await run(service, sql`select setval('session_status_sequence', ${2 ** 20 - 2})`);
  const [last, next] = [await ended(service), await ended(service)];
  expect([last < 2 ** 20, next >= 2 ** 20]).toEqual([true, true]);
  expect((await readList(service, 0)).places).toEqual([last]);
  expect((await readList(service, 1)).places).toEqual([next - 2 ** 20]);
});

test('the first and the last place of a list are its own', async () => {
  const service = await ownService();
  await run(service, sql`insert into status_lists (number) values (0), (1), (2)`);
  await run(
    service,
    sql`insert into ended_statuses (status_index)
      select unnest(array[${2 ** 20 - 1}::bigint, ${2 ** 20}, ${2 ** 21 - 1}, ${2 ** 21}])`,
  );
  expect((await readList(service, 0)).places).toEqual([2 ** 20 - 1]);
  expect((await readList(service, 1)).places).toEqual([0, 2 ** 20 - 1]);
  expect((await readList(service, 2)).places).toEqual([0]);
});

test('isolates of one location share a list, and their caches do not add up', async () => {
  const service = await ownService();
  const { databaseUrl: DATABASE_URL } = service.dependencies.config;
  const one = await startService({ DATABASE_URL }, 'Frankfurt');
  const two = await isolateOf(one, 'Frankfurt');
  const elsewhere = await isolateOf(one, 'Paris');
  expect((await readList(one)).trips).toBe(1);
  one.clock.advance(9);
  expect((await readList(two)).trips).toBe(0);
  expect((await readList(elsewhere)).trips).toBe(1);
  one.clock.advance(1);
  // The one has kept it for ten seconds, the other for one.
  expect((await readList(two)).trips).toBe(1);
});

test('ten seconds count from before the statement, however long it takes: a list read at the moment of a logout', async () => {
  const service = await ownService();
  const session = await start(service, await newOwner(service));
  const { transport } = service;
  const began = service.clock.now.getTime();
  service.transport = async (input, init) => {
    const response = await transport(input, init);
    if (!String(init?.body).includes('ended_statuses')) return response;
    // The list has been read; now the session ends, before the list is signed.
    service.transport = transport;
    await logout(service, session.refreshToken);
    service.clock.advance(4);
    return response;
  };
  const missed = await readList(service);
  expect(missed.places).toEqual([]);
  expect(missed.claims['iat']).toBe(Math.floor(began / 1000));
  const again = await get(service, '/status/0');
  expect(again.headers.get('Cache-Control')).toBe('public, max-age=6');
  const elsewhere = await isolateOf(service);
  expect((await readList(elsewhere)).places).toHaveLength(1);
  service.clock.advance(6);
  expect((await readList(service)).places).toHaveLength(1);
});

test('thirty locations with three lists ask the database nine times a second, whatever the traffic', async () => {
  const service = await ownService();
  await run(service, sql`insert into status_lists (number) values (0), (1), (2)`);
  const locations = await Promise.all(Array.from({ length: 30 }, () => isolateOf(service)));
  // Each learns once how many there are.
  await Promise.all(locations.map((location) => get(location, '/status/2')));
  service.clock.advance(10);
  let statements = 0;
  for (const location of locations) {
    const { transport } = location;
    location.transport = (input, init) => {
      statements += 1;
      return transport(input, init);
    };
  }
  const seconds = 20;
  for (let second = 0; second < seconds; second += 1) {
    const answers = await Promise.all(
      locations.flatMap((location) => [0, 1, 2].map((list) => location.call('GET', `/status/${list}`))),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    service.clock.advance(1);
  }
  expect(statements / seconds).toBe(9);
});

test('300 calls at once are one statement', async () => {
  const service = await ownService();
  const answers = await Promise.all(Array.from({ length: 300 }, () => get(service, '/status/0')));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(Math.max(...answers.map(({ trips }) => trips))).toBe(1);
});

test('the query does not count: a list of another time is not kept, and no stranger makes a copy', async () => {
  const service = await ownService();
  await get(service, '/status/0');
  for (const query of ['?', '?a=1', '?b=2&list=7', '?time=1686925000'])
    expect(await get(service, `/status/0${query}`)).toMatchObject({ status: 200, trips: 0 });
});

test('a copy that is still the newest is 304, and any page may read it', async () => {
  const service = await ownService();
  const first = await get(service, '/status/0');
  const tag = first.headers.get('ETag') ?? '';
  expect(first.headers.get('Content-Type')).toBe('application/statuslist+jwt');
  expect(first.headers.get('Cache-Control')).toBe('public, max-age=10');
  expect(first.headers.get('Access-Control-Allow-Origin')).toBe('*');
  service.clock.advance(3);
  const again = await service.call('GET', '/status/0', { headers: { 'If-None-Match': tag } });
  expect(again).toMatchObject({ status: 304, text: '' });
  expect(again.headers.get('Cache-Control')).toBe('public, max-age=7');
  service.clock.advance(7);
  const later = await service.call('GET', '/status/0', { headers: { 'If-None-Match': tag } });
  expect(later.status).toBe(200);
  expect(later.headers.get('ETag')).not.toBe(tag);
});

test.for(['-1', '01', '1.0', '1e3', 'a', '0x0', '１', '1234567890', '0/', '%00', '9'.repeat(400), '0/1'])(
  'what is no number of a list is 404 without SQL: %j',
  async (number) => {
    const service = await ownService();
    const answer = await get(service, `/status/${encodeURI(number)}`);
    expect(answer).toMatchObject({ status: 404, trips: 0 });
  },
);

test('a number beyond the last list is 404, and however many are invented, the database is asked once a second', async () => {
  const service = await ownService();
  const answers = await Promise.all(Array.from({ length: 300 }, (_, n) => get(service, `/status/${n + 1}`)));
  for (const answer of answers) expectProblem(answer, 'not-found');
  const trips = async (number: number) => (await get(service, `/status/${number}`)).trips;
  expect(Math.max(...answers.map((answer) => answer.trips))).toBe(1);
  service.clock.advance(0.999);
  expect(await trips(123_456_789)).toBe(0);
  service.clock.advance(0.001);
  expect([await trips(1), await trips(2), await trips(1)]).toEqual([1, 0, 0]);
});

test('a list that has only just begun is found, also by an isolate that knew of none', async () => {
  const service = await ownService();
  await get(service, '/status/0');
  await run(service, sql`select setval('session_status_sequence', ${3 * 2 ** 20 - 1})`);
  const index = await ended(service);
  await run(service, sql`insert into status_lists (number) values (1), (2)`);
  expect(await readList(service, 3)).toMatchObject({ places: [index - 3 * 2 ** 20], trips: 1 });
  expect((await readList(service, 2)).trips).toBe(1);
  expectProblem(await get(service, '/status/4'), 'not-found');
});

test('what ended before any token was issued that is out is not in the list', async () => {
  const service = await ownService();
  const listedAgo = (seconds: number, index: number) =>
    run(
      service,
      sql`insert into ended_statuses (status_index, listed_at)
        values (${index}, now() - ${seconds}::int * interval '1 second')`,
    );
  await listedAgo(900 + 30, 1);
  await listedAgo(900 + 61, 2);
  await listedAgo(7200 + 30, 3);
  await listedAgo(7200 + 61, 4);
  expect((await readList(service)).places).toEqual([1]);
  // For two hours tokens lived for two hours; then the operator lowered it.
  const longer = await startService({
    DATABASE_URL: service.dependencies.config.databaseUrl,
    ACCESS_TOKEN_TTL: '7200',
  });
  expect((await readList(longer)).places).toEqual([1, 2, 3]);
  await purge(longer.dependencies);
  service.clock.advance(10);
  expect((await readList(service)).places).toEqual([1, 2, 3]);
  await purge(service.dependencies);
  service.clock.advance(10);
  expect((await readList(service)).places).toEqual([1, 2, 3]);
  // The last token of two hours is over, and so is the release that issued it.
  await run(service, sql`update token_lifetimes set last_used_at = last_used_at - interval '181 minutes'`);
  service.clock.advance(10);
  expect((await readList(service)).places).toEqual([1]);
});

test('while the database is away a list is answered for its ten seconds, and then 503', async () => {
  const service = await ownService();
  await get(service, '/status/0');
  const { transport } = service;
  service.transport = () => Promise.reject(new TypeError('the network is down'));
  service.clock.advance(9);
  expect((await get(service, '/status/0')).status).toBe(200);
  service.clock.advance(1);
  expectProblem(await get(service, '/status/0'), 'service-unavailable');
  expectProblem(await get(service, '/status/1'), 'service-unavailable');
  service.transport = transport;
  service.clock.advance(1);
  expect((await get(service, '/status/0')).status).toBe(200);
});

test('a cache that fails costs a statement, and nobody an answer', async () => {
  const service = await ownService();
  const broken = () => Promise.reject(new Error('fault of the test'));
  Object.assign(service.dependencies.sharedCache, { match: broken, put: broken });
  expect(await readList(service)).toMatchObject({ places: [], trips: 1 });
  expect((await readList(service)).trips).toBe(0);
});

test('the metadata names the addresses of all lists', async () => {
  const service = await ownService();
  const { body } = await get(service, '/.well-known/oauth-authorization-server');
  expect(body.status_list_aggregation_endpoint).toBe(`${issuer}/status`);
  expect(await get(service, '/status')).toMatchObject({
    status: 200,
    trips: 1,
    body: { status_lists: [`${issuer}/status/0`] },
  });
  await run(service, sql`insert into status_lists (number) values (0), (1), (2)`);
  expect((await get(service, '/status')).trips).toBe(0);
  service.clock.advance(1);
  const { headers, body: grown } = await get(service, '/status');
  expect(grown.status_lists).toEqual([0, 1, 2].map((list) => `${issuer}/status/${list}`));
  expect(headers.get('Access-Control-Allow-Origin')).toBe('*');
});
