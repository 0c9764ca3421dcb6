import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import {
  type Answer,
  newUser,
  password,
  type Service,
  signIn,
  startService,
  type Tokens,
} from '../service.ts';

// Whose session a logout ends where a request names several, and what ends with it.

const Origin = 'https://app.example.test';

async function threeSessions() {
  const service = await startService();
  const { email } = await newUser(service);
  const [body, bearer] = [await signIn(service, email), await signIn(service, email)];
  const login = await service.call('POST', '/api/auth/login', {
    json: { email, password, token_delivery: 'cookie' },
    headers: { Origin },
  });
  const Cookie = login.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  return { service, email, body, bearer, Cookie, cookieSession: login.body.session_id as string };
}

/** The sessions that are over, asked for from yet another one. */
async function ended(service: Service, email: string, ids: readonly string[]): Promise<string[]> {
  const { access_token } = await signIn(service, email);
  const { body } = await service.call('GET', '/api/auth/sessions', { bearer: access_token });
  const living = body.data.map(({ id }: { id: string }) => id);
  return ids.filter((id) => !living.includes(id));
}

test('the body comes before the header, and the header before the cookie', async () => {
  const { service, email, body, bearer, Cookie, cookieSession } = await threeSessions();
  const ids = [body.session_id, bearer.session_id, cookieSession];
  const logout = (json: object, more: { bearer?: string; headers?: Record<string, string> }) =>
    service.call('POST', '/api/auth/logout', { json, ...more });

  const everything = { bearer: bearer.access_token, headers: { Cookie, Origin } };
  expect(await logout({ refresh_token: body.refresh_token }, everything)).toMatchObject({
    status: 204,
    trips: 1,
  });
  expect(await ended(service, email, ids)).toEqual([body.session_id]);

  // A page of anybody, or none: a header is no cookie, which a browser adds by itself.
  const byHeader = await logout({}, { bearer: bearer.access_token, headers: { Cookie } });
  expect(byHeader).toMatchObject({ status: 204, trips: 1 });
  expect(await ended(service, email, ids)).toEqual([body.session_id, bearer.session_id]);

  const byCookie = await logout({}, { headers: { Cookie, Origin } });
  expect(byCookie).toMatchObject({ status: 204, trips: 1 });
  expect(await ended(service, email, ids)).toEqual(ids);
  expect(byHeader.headers.getSetCookie()).toEqual([]);
  expect(byCookie.headers.getSetCookie().length).toBeGreaterThan(0);
});

test('a header that holds no bearer token leaves it to the cookie', async () => {
  const { service, email, Cookie, cookieSession } = await threeSessions();
  const headers = { Cookie, Origin, Authorization: 'Basic YTpi' };
  expect((await service.call('POST', '/api/auth/logout', { headers })).status).toBe(204);
  expect(await ended(service, email, [cookieSession])).toEqual([cookieSession]);
});

test.for<[string, (tokens: Tokens) => object]>([
  ['/api/auth/refresh', ({ refresh_token }) => ({ json: { refresh_token } })],
  ['/api/auth/logout-all', ({ access_token }) => ({ bearer: access_token })],
])('%s with a token of a dead session does not clear the cookies of a living one', async ([path, dead]) => {
  const { service, bearer, Cookie } = await threeSessions();
  await service.call('POST', '/api/auth/logout', { bearer: bearer.access_token });
  const options = dead(bearer) as { headers?: object };
  const refused = await service.call('POST', path, { ...options, headers: { Cookie, Origin } });
  expect(refused).toMatchObject({ status: 401, body: { discard_credentials: true } });
  expect(refused.headers.getSetCookie()).toEqual([]);
});

/** How many devices are known of each of two users, after the first has logged out everywhere. */
async function devicesAfter(json: object | undefined): Promise<[Answer, number, number]> {
  const service = await startService();
  const { database, newId } = service.dependencies;
  const people = [await newUser(service), await newUser(service)];
  for (const { email } of people) {
    for (const _ of [1, 2]) {
      await database.query(
        sql`insert into known_devices (id, user_id, created_at, expires_at)
            select ${newId()}, id, now(), now() + interval '1 year' from users where email = ${email}`,
        { repeatable: false },
      );
    }
  }
  const { access_token: bearer } = await signIn(service, people[0]?.email ?? '');
  const before = await Promise.all(people.map(({ email }) => devicesOf(service, email)));
  const answer = await service.call('POST', '/api/auth/logout-all', { bearer, json });
  const after = await Promise.all(people.map(({ email }) => devicesOf(service, email)));
  return [answer, (after[0] ?? 0) - (before[0] ?? 0), (after[1] ?? 0) - (before[1] ?? 0)];
}

async function devicesOf(service: Service, email: string): Promise<number> {
  const [row] = await service.dependencies.database.query<{ devices: number }>(
    sql`select count(*)::int as devices from known_devices d join users u on u.id = d.user_id where u.email = ${email}`,
    { repeatable: true },
  );
  return row?.devices ?? 0;
}

test('a logout everywhere forgets the devices of its caller where it is asked to, in the same statement', async () => {
  const [answer, own, others] = await devicesAfter({ forget_devices: true });
  expect(answer).toMatchObject({ status: 204, trips: 1 });
  expect(own).toBeLessThanOrEqual(-2);
  expect(others).toBe(0);
});

test.for([undefined, {}, { forget_devices: false }])('with %j it forgets none', async (json) => {
  const [answer, own, others] = await devicesAfter(json);
  expect([answer.status, own, others]).toEqual([204, 0, 0]);
});

test.for(['yes', 1, []])('forget_devices is true or false, and not %j', async (forget_devices) => {
  const [answer, own] = await devicesAfter({ forget_devices });
  expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/forget_devices' }] } });
  expect(own).toBe(0);
});

test('a session that has ended forgets no device', async () => {
  const service = await startService();
  const { email } = await newUser(service);
  const { access_token: bearer } = await signIn(service, email);
  const { database, newId } = service.dependencies;
  await database.query(
    sql`insert into known_devices (id, user_id, created_at, expires_at)
        select ${newId()}, id, now(), now() + interval '1 year' from users where email = ${email}`,
    { repeatable: false },
  );
  await service.call('POST', '/api/auth/logout', { bearer });
  const before = await devicesOf(service, email);
  const json = { forget_devices: true };
  expect((await service.call('POST', '/api/auth/logout-all', { bearer, json })).status).toBe(401);
  expect(await devicesOf(service, email)).toBe(before);
});
