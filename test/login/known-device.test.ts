// `known_device`: what a sign-in gives a device to know it by, what it is worth when it comes back, and when it dies.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { knownDeviceSeconds } from '../../src/lifetimes.ts';
import { sealKnownDevice } from '../../src/tokens/known-device.ts';
import { seal } from '../../src/tokens/sealed.ts';
import { newPerson } from '../mail/tables.ts';
import { type Answer, password, type Service, startService } from '../service.ts';
import { times } from '../sessions/driver.ts';
import { lineUp } from '../sessions/line-up.ts';
import { attemptsAt, deviceIdIn, devicesOf, logIn } from './accounts.ts';

const appOrigin = 'https://app.example.test';

async function signIn(service: Service, email: string, known_device?: unknown): Promise<Answer> {
  const answer = await logIn(service, email, password, known_device === undefined ? {} : { known_device });
  expect(answer).toMatchObject({ status: 200, trips: 2 });
  return answer;
}

const idIn = (service: Service, { body }: Answer) => deviceIdIn(service, body.known_device);

/** The ids of the devices that the sessions of somebody were started on, oldest first. */
async function devicesOfSessions({ dependencies }: Service, email: string): Promise<(string | null)[]> {
  const rows = await dependencies.database.query<{ device_id: string | null }>(
    sql`
      select s.device_id from sessions s join users u on u.id = s.user_id
      where u.email = ${email} order by s.created_at, s.id`,
    { repeatable: true },
  );
  return rows.map(({ device_id }) => device_id);
}

test('a sign-in makes its device known, and the next one with it keeps the id', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const first = await signIn(service, email);
  const id = await idIn(service, first);
  expect(await devicesOf(service, email)).toEqual([id]);
  service.clock.advance(knownDeviceSeconds - 1);
  const second = await signIn(service, email, first.body.known_device);
  expect(await idIn(service, second)).toBe(id);
  // It is known for a year from its last sign-in.
  service.clock.advance(knownDeviceSeconds - 1);
  const third = await signIn(service, email, second.body.known_device);
  expect(await idIn(service, third)).toBe(id);
  expect(await devicesOf(service, email)).toEqual([id]);
  expect(await devicesOfSessions(service, email)).toEqual([id, id, id]);
  const fourth = await signIn(service, email);
  expect(await devicesOf(service, email)).toEqual([id, await idIn(service, fourth)].sort());
});

test('the session keeps the network that it was started from', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const headers = { 'CF-Connecting-IP': '2001:db8:1:2:3::4' };
  const { body } = await logIn(service, email, password, {}, { headers });
  const [session] = await service.dependencies.database.query<{ network: string }>(
    sql`select network from sessions where id = ${body.session_id}`,
    { repeatable: true },
  );
  expect(session?.network).toBe('2001:db8:1:2::/64');
});

test('whatever is wrong with it makes no difference: it is a new device', async () => {
  const service = await startService();
  const { dataKeys, newId } = service.dependencies;
  const [{ email }, other] = [await newPerson(service), await newPerson(service)];
  const [mine, theirs] = [await signIn(service, email), await signIn(service, other.email)];
  const id = await idIn(service, mine);
  const [user] = await service.dependencies.database.query<{ id: string }>(
    sql`select id from users where email = ${email}`,
    { repeatable: true },
  );
  const { now } = service.clock;
  const inAYear = Math.floor(now.getTime() / 1000) + knownDeviceSeconds;
  const userId = user?.id ?? '';
  const wrong: unknown[] = [
    null,
    7,
    {},
    '',
    'forged',
    '\0',
    'x'.repeat(513),
    `${mine.body.known_device}A`,
    // Another's, one that nobody knows, one that has expired, and one that was sealed for something else.
    theirs.body.known_device,
    await sealKnownDevice(dataKeys, { deviceId: newId(), userId }, now),
    await sealKnownDevice(
      dataKeys,
      { deviceId: id, userId },
      new Date(now.getTime() - knownDeviceSeconds * 1000),
    ),
    await seal(dataKeys, 'request', { subject: `${id} ${userId}`, expiresAt: inAYear }),
  ];
  const ids = new Set([id]);
  for (const known_device of wrong) ids.add(await idIn(service, await signIn(service, email, known_device)));
  expect(ids.size).toBe(wrong.length + 1);
  expect(await devicesOf(service, email)).toEqual([...ids].sort());
  expect(await devicesOf(service, other.email)).toEqual([await idIn(service, theirs)]);
});

test('a device whose time is over in the database is a new one, and its tries are those of strangers', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const first = await signIn(service, email);
  const { known_device } = first.body;
  await service.dependencies.database.query(
    sql`update known_devices set expires_at = ${service.clock.now.toISOString()} where id = ${await idIn(service, first)}`,
    { repeatable: false },
  );
  await logIn(service, email, 'wrong horse', { known_device });
  expect(await attemptsAt(service, email)).toMatchObject({ attempts: 1 });
  expect(await idIn(service, await signIn(service, email, known_device))).not.toBe(
    await idIn(service, first),
  );
});

test('a browser has it in a cookie that stays when it signs out', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const inCookie = { token_delivery: 'cookie' };
  const first = await logIn(service, email, password, inCookie, { headers: { Origin: appOrigin } });
  expect(first.body).not.toHaveProperty('known_device');
  const [, name, value = '', attributes] =
    first.headers
      .getSetCookie()
      .map((line) => /^(\S*known_device)=([^;]+); (.*)$/.exec(line))
      .find((found) => found) ?? [];
  expect(name).toBe('__Host-known_device');
  expect(attributes).toBe(`Max-Age=${knownDeviceSeconds}; Path=/; HttpOnly; Secure; SameSite=Strict`);
  const headers = { Origin: appOrigin, Cookie: `__Host-known_device=${value}` };
  const second = await logIn(service, email, password, inCookie, { headers });
  expect(second.status).toBe(200);
  const id = await deviceIdIn(service, value);
  expect(await devicesOfSessions(service, email)).toEqual([id, id]);

  const signedOut = await service.call('POST', '/api/auth/logout', {
    headers: { Origin: appOrigin, Cookie: second.headers.getSetCookie().join('; ') },
  });
  expect(signedOut.status).toBe(204);
  expect(signedOut.headers.getSetCookie().join()).not.toContain('known_device');
});

test('what came by cookie leaves in no body, and the body’s goes before the cookie’s', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const [one, other] = [await signIn(service, email), await signIn(service, email)];
  const headers = { Cookie: `__Host-known_device=${one.body.known_device}` };
  const { body } = await logIn(service, email, password, {}, { headers });
  expect(body).toMatchObject({ access_token: expect.any(String) });
  expect(body).not.toHaveProperty('known_device');
  const { known_device } = other.body;
  const both = await logIn(service, email, password, { known_device }, { headers });
  expect(await idIn(service, both)).toBe(await idIn(service, other));
  const [a, b] = [await idIn(service, one), await idIn(service, other)];
  expect((await devicesOfSessions(service, email)).sort()).toEqual([a, a, b, b].sort());
});

test('it outlives refreshes and logouts', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const first = await signIn(service, email);
  const post = (path: string, refresh_token: string, headers = {}) =>
    service.call('POST', path, { json: { refresh_token }, headers });
  const refreshed = await post('/api/auth/refresh', first.body.refresh_token);
  expect((await post('/api/auth/logout', refreshed.body.refresh_token)).status).toBe(204);
  const second = await signIn(service, email, first.body.known_device);
  expect(await idIn(service, second)).toBe(await idIn(service, first));
  expect(
    (await service.call('POST', '/api/auth/logout-all', { bearer: second.body.access_token })).status,
  ).toBe(204);
  const third = await signIn(service, email, first.body.known_device);
  expect(await idIn(service, third)).toBe(await idIn(service, first));
});

/** Two sessions of one device, and one of another. */
async function threeSessions(service: Service) {
  const { email } = await newPerson(service);
  const stolen = await signIn(service, email);
  const { known_device } = stolen.body;
  const [again, other] = [await signIn(service, email, known_device), await signIn(service, email)];
  // What was counted at the device goes with it.
  await logIn(service, email, 'wrong horse', { known_device });
  return { email, stolen, again, other, id: await idIn(service, stolen) };
}

async function expectForgotten(
  service: Service,
  { email, stolen, other, id }: Awaited<ReturnType<typeof threeSessions>>,
) {
  expect(await devicesOf(service, email)).toEqual([await idIn(service, other)]);
  const attempts = await service.dependencies.database.query(
    sql`select from login_attempts where address_hash = encode(sha256(convert_to('device ' || ${id}::text, 'UTF8')), 'hex')`,
    { repeatable: true },
  );
  expect(attempts).toHaveLength(0);
  const later = await signIn(service, email, stolen.body.known_device);
  expect(await idIn(service, later)).not.toBe(id);
}

test('it dies with a session whose token was reused', async () => {
  const service = await startService();
  const sessions = await threeSessions(service);
  const refresh = (refresh_token: string) =>
    service.call('POST', '/api/auth/refresh', { json: { refresh_token } });
  const { refresh_token } = sessions.stolen.body;
  const { body } = await refresh(refresh_token);
  await refresh(body.refresh_token);
  expect((await refresh(refresh_token)).body.type).toMatch(/refresh-token-reused$/);
  await expectForgotten(service, sessions);
});

test('it dies with a session that its owner revokes', async () => {
  const service = await startService();
  const sessions = await threeSessions(service);
  const { stolen, other } = sessions;
  const bearer = other.body.access_token;
  const path = `/api/auth/sessions/${stolen.body.session_id}`;
  expect((await service.call('DELETE', path, { bearer })).status).toBe(204);
  await expectForgotten(service, sessions);
});

test('a device that is forgotten while a login with it waits does not come back', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const first = await signIn(service, email);
  const { known_device, session_id, access_token: bearer } = first.body;
  const id = await idIn(service, first);
  const [revoked, second] = await lineUp(service, { table: 'known_devices', id }, [
    () => service.call('DELETE', `/api/auth/sessions/${session_id}`, { bearer }),
    () => logIn(service, email, password, { known_device }),
  ]);
  expect([revoked.status, second.status]).toEqual([204, 200]);
  expect(await idIn(service, second)).not.toBe(id);
  expect(await devicesOf(service, email)).toEqual([await idIn(service, second)]);
});

test('a login with a device that waits for a revocation, or goes first, never ends in a fault', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  for (let round = 0; round < times(10, 200); round += 1) {
    const first = await signIn(service, email);
    const { known_device, session_id, access_token: bearer } = first.body;
    const [revoked, ...logins] = await Promise.all([
      service.call('DELETE', `/api/auth/sessions/${session_id}`, { bearer }),
      logIn(service, email, password, { known_device }),
      logIn(service, email, password, { known_device }),
    ]);
    expect([revoked, ...logins].map(({ status }) => status)).toEqual([204, 200, 200]);
    // Whoever was first, what the first session came with is dead.
    expect(await devicesOf(service, email)).not.toContain(await idIn(service, first));
  }
});
