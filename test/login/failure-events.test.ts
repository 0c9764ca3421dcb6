// Failed sign-ins in the security log: counted in one row an hour, so that nobody buries what else happened.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { nobodysRows } from '../../src/features/sign-in/attempts-statements.ts';
import { freeLoginAttempts } from '../../src/lifetimes.ts';
import { newPerson } from '../mail/tables.ts';
import { newAddress, password, type Service, startService } from '../service.ts';
import { failuresOf, logIn } from './accounts.ts';

const looks = freeLoginAttempts + 1;
const hour = 60 * 60;

/** At some moment within an hour of its own. */
async function begin(): Promise<Service> {
  const service = await startService();
  service.clock.now = new Date('2031-03-09T13:37:11.123Z');
  return service;
}

async function guess(
  service: Service,
  email: string,
  times: number,
  ip = '192.0.2.7',
): Promise<string | null> {
  let requestId: string | null = null;
  for (let time = 0; time < times; time += 1) {
    const answer = await logIn(service, email, 'wrong horse', {}, { headers: { 'CF-Connecting-IP': ip } });
    expect(answer).toMatchObject({ status: 401 });
    requestId = answer.headers.get('X-Request-Id');
  }
  return requestId;
}

test('the guesses of an hour are one row, those in a pause and the owner’s refused password among them', async () => {
  const service = await begin();
  const { email } = await newPerson(service);
  await guess(service, email, looks + 10);
  expect(await logIn(service, email, password)).toMatchObject({ status: 401 });
  service.clock.advance(20 * 60);
  const requestId = await guess(service, email, 1, '198.51.100.9');
  const [first, ...more] = await failuresOf(service, email);
  expect(more).toEqual([]);
  expect(first).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/),
    count: looks + 12,
    ip: '198.51.100.9',
    request_id: requestId,
    created_at: '2031-03-09T13:00:00.000Z',
  });
  service.clock.advance(hour);
  await guess(service, email, 2);
  expect((await failuresOf(service, email)).map(({ count, created_at }) => [count, created_at])).toEqual([
    [looks + 12, '2031-03-09T13:00:00.000Z'],
    [2, '2031-03-09T14:00:00.000Z'],
  ]);
});

test('its id is of its hour, so that ids sort by time, and of its account', async () => {
  const service = await begin();
  const people = [await newPerson(service), await newPerson(service)];
  for (const { email } of people) await guess(service, email, 2);
  const rows = await Promise.all(people.map(({ email }) => failuresOf(service, email)));
  const ids = rows.flat().map(({ id }) => id);
  expect(new Set(ids).size).toBe(2);
  for (const id of ids)
    expect(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(Date.parse('2031-03-09T13:00:00Z'));
});

test('a guesser cannot push out of its owner’s sight what else happened', async () => {
  const service = await begin();
  const { email } = await newPerson(service);
  const { access_token: bearer } = (await logIn(service, email, password)).body;
  await guess(service, email, 120);
  const { body } = await service.call('GET', '/api/users/me/security-events', { bearer });
  expect(body.data.map(({ kind, count }: { kind: string; count: number }) => [kind, count])).toEqual([
    ['signed-in', 1],
    ['sign-in-failed', 120],
  ]);
});

test('guesses at once are all counted', async () => {
  const service = await begin();
  const { email } = await newPerson(service);
  await Promise.all(Array.from({ length: 30 }, () => guess(service, email, 1)));
  expect(await failuresOf(service, email)).toMatchObject([{ count: 30 }]);
});

test('of guesses at addresses that nobody has a few rows an hour are kept, which name none of them', async () => {
  const service = await begin();
  const nobody = newAddress();
  await guess(service, nobody, 1);
  for (let time = 0; time < 8; time += 1)
    await Promise.all(Array.from({ length: 10 }, () => guess(service, newAddress(), 1)));
  const rows = await failuresOf(service, nobody);
  expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(81);
  expect(rows.length).toBeGreaterThan(1);
  expect(rows.length).toBeLessThanOrEqual(nobodysRows);
});

test('every event of a request names it', async () => {
  const service = await begin();
  const { email } = await newPerson(service);
  const login = await logIn(service, email, password);
  const { access_token: bearer, refresh_token } = login.body;
  const json = { new_email: newAddress(), password };
  service.clock.advance(1);
  const change = await service.call('POST', '/api/users/me/email', { bearer, json });
  service.clock.advance(1);
  const logout = await service.call('POST', '/api/auth/logout', { json: { refresh_token } });
  const rows = await service.dependencies.database.query<{ request_id: string }>(
    sql`
      select e.request_id from security_events e join users u on u.id = e.user_id where u.email = ${email}
      order by e.created_at, e.id`,
    { repeatable: true },
  );
  expect(rows.map(({ request_id }) => request_id)).toEqual(
    [login, change, logout].map(({ headers }) => headers.get('X-Request-Id')),
  );
});
