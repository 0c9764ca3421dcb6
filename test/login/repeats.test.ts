// A login whose answer was lost is repeated with its Idempotency-Key: no try more, no mail more, and the same session.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { freeLoginAttempts, idempotentCallSeconds, loginPauseSeconds } from '../../src/lifetimes.ts';
import { newPerson, queued } from '../mail/tables.ts';
import { type Answer, newAddress, password, type Service, startService } from '../service.ts';
import { times } from '../sessions/driver.ts';
import { attemptsAt, deviceIdIn, devicesOf, failedSignIns, failuresOf, logIn, shown } from './accounts.ts';

const looks = freeLoginAttempts + 1;
const newKey = () => crypto.randomUUID();

function keyed(
  service: Service,
  key: string,
  email: string,
  given = password,
  more: object = {},
): Promise<Answer> {
  return logIn(service, email, given, more, { headers: { 'Idempotency-Key': key } });
}

async function sessionsOf({ dependencies }: Service, email: string): Promise<string[]> {
  const rows = await dependencies.database.query<{ id: string }>(
    sql`select s.id from sessions s join users u on u.id = s.user_id where u.email = ${email} order by s.id`,
    { repeatable: true },
  );
  return rows.map(({ id }) => id);
}

async function signIns({ dependencies }: Service, email: string): Promise<number> {
  const rows = await dependencies.database.query(
    sql`select from security_events e join users u on u.id = e.user_id where u.email = ${email} and e.kind = 'signed-in'`,
    { repeatable: true },
  );
  return rows.length;
}

/** Somebody with one more device, so that a new one is news. */
async function known(service: Service): Promise<{ email: string }> {
  const { email } = await newPerson(service);
  await logIn(service, email, password);
  return { email };
}

test('the repeat of a login gets the same session, refresh token and device; nothing else happens again', async () => {
  const service = await startService();
  const { email } = await known(service);
  const key = newKey();
  const first = await keyed(service, key, email);
  expect(first).toMatchObject({ status: 200, trips: 2 });
  const [sessions, devices] = [await sessionsOf(service, email), await devicesOf(service, email)];
  for (const seconds of [0, 1, idempotentCallSeconds - 2]) {
    service.clock.advance(seconds);
    const again = await keyed(service, key, email);
    expect(again).toMatchObject({ status: 200, trips: 2 });
    expect(again.body.session_id).toBe(first.body.session_id);
    expect(again.body.refresh_token).toBe(first.body.refresh_token);
    expect(await deviceIdIn(service, again.body.known_device)).toBe(
      await deviceIdIn(service, first.body.known_device),
    );
    const me = await service.call('GET', '/api/users/me', { bearer: again.body.access_token });
    expect(me.status).toBe(200);
  }
  expect([sessions.length, devices.length]).toEqual([2, 2]);
  expect(await sessionsOf(service, email)).toEqual(sessions);
  expect(await devicesOf(service, email)).toEqual(devices);
  expect(await signIns(service, email)).toBe(2);
  expect((await queued(service, email)).map(({ kind }) => kind)).toEqual(['new-sign-in']);
  expect(await attemptsAt(service, email)).toBeUndefined();

  service.clock.advance(1);
  const later = await keyed(service, key, email);
  expect(later.status).toBe(200);
  expect(later.body.session_id).not.toBe(first.body.session_id);
});

test('another key, another body and no key are other logins', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const key = newKey();
  const answers = [
    await keyed(service, key, email),
    await keyed(service, newKey(), email),
    await keyed(service, key, email, password, { device_name: 'Phone' }),
    await logIn(service, email, password),
    await logIn(service, email, password),
  ];
  expect(new Set(answers.map(({ body }) => body.session_id)).size).toBe(answers.length);
});

test('a key of less than 16 characters is refused', async () => {
  const service = await startService();
  const refused = await keyed(service, 'x'.repeat(15), newAddress());
  expect(refused).toMatchObject({
    status: 422,
    trips: 0,
    body: { errors: [{ pointer: '#Idempotency-Key' }] },
  });
});

test.for<
  [string, (service: Service, body: { refresh_token: string; access_token: string }) => Promise<Answer>]
>([
  [
    'refreshed',
    (service, { refresh_token }) => service.call('POST', '/api/auth/refresh', { json: { refresh_token } }),
  ],
  [
    'signed out',
    (service, { refresh_token }) => service.call('POST', '/api/auth/logout', { json: { refresh_token } }),
  ],
  [
    'ended with all',
    (service, { access_token: bearer }) => service.call('POST', '/api/auth/logout-all', { bearer }),
  ],
])('a session that was %s meanwhile is not given out again', async ([, act]) => {
  const service = await startService();
  const { email } = await newPerson(service);
  const key = newKey();
  const { body } = await keyed(service, key, email);
  expect((await act(service, body)).status).toBeLessThan(300);
  for (let time = 0; time < 2; time += 1) {
    const again = await keyed(service, key, email);
    expect(again).toMatchObject({ status: 409, body: { retryable: true, discard_credentials: false } });
    expect(again.body.type).toMatch(/\/problems\/refresh-superseded$/);
    expect(again.text).not.toContain('token"');
  }
  expect(await sessionsOf(service, email)).toEqual([body.session_id]);
});

test('a repeat does not bring back the device of a session that was revoked', async () => {
  const service = await startService();
  const { email } = await known(service);
  const key = newKey();
  const { body } = await keyed(service, key, email);
  const stolen = await deviceIdIn(service, body.known_device);
  const { access_token: bearer } = (await logIn(service, email, password)).body;
  await service.call('DELETE', `/api/auth/sessions/${body.session_id}`, { bearer });
  expect((await keyed(service, key, email)).status).toBe(409);
  expect(await devicesOf(service, email)).not.toContain(stolen);
});

test('an end of all that did not see the session ends it for the repeat, too', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const key = newKey();
  await keyed(service, key, email);
  await service.dependencies.database.query(
    sql`update users set session_epoch = session_epoch + 1 where email = ${email}`,
    { repeatable: false },
  );
  expect((await keyed(service, key, email)).status).toBe(409);
});

test('duplicates at once are one session on one device, one event and one mail', async () => {
  const service = await startService();
  for (let round = 0; round < times(10, 200); round += 1) {
    const { email } = await known(service);
    const key = newKey();
    const answers = await Promise.all(Array.from({ length: 5 }, () => keyed(service, key, email)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(new Set(answers.map(({ body }) => body.session_id)).size).toBe(1);
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
    const ids = await Promise.all(answers.map(({ body }) => deviceIdIn(service, body.known_device)));
    expect(new Set(ids).size).toBe(1);
    expect(await sessionsOf(service, email)).toHaveLength(2);
    expect(await devicesOf(service, email)).toHaveLength(2);
    expect(await signIns(service, email)).toBe(2);
    expect(await queued(service, email)).toHaveLength(1);
    expect(await attemptsAt(service, email)).toBeUndefined();
  }
});

test('the repeat of a wrong guess is answered, and counted nowhere', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const nobody = newAddress();
  const key = newKey();
  for (let time = 0; time < looks + 2; time += 1) {
    const [known, unknown] = [
      await keyed(service, key, email, 'wrong horse'),
      await keyed(service, key, nobody, 'wrong horse'),
    ];
    expect(known).toMatchObject({ status: 401, trips: 2 });
    expect(shown(known)).toEqual(shown(unknown));
    for (const address of [email, nobody])
      expect(await attemptsAt(service, address)).toEqual({ attempts: 1, pause: 0 });
  }
  expect(await failedSignIns(service, email)).toBe(1);
  expect(await failuresOf(service, email)).toMatchObject([{ count: 1 }]);
  // Another one in between makes it a new try.
  await logIn(service, email, 'wrong horse');
  await keyed(service, key, email, 'wrong horse');
  expect(await attemptsAt(service, email)).toEqual({ attempts: 3, pause: 0 });
  expect(await failedSignIns(service, email)).toBe(3);
});

test('a wrong guess at once is one try, one failure', async () => {
  const service = await startService();
  for (let round = 0; round < times(10, 200); round += 1) {
    const { email } = await newPerson(service);
    const key = newKey();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => keyed(service, key, email, 'wrong horse')),
    );
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
    expect(await attemptsAt(service, email)).toEqual({ attempts: 1, pause: 0 });
    expect(await failedSignIns(service, email)).toBe(1);
    expect(await failuresOf(service, email)).toMatchObject([{ count: 1 }]);
  }
});

/** The pause of these guesses, and the last of them with this key. */
async function paused(service: Service, email: string, key: string, given: string): Promise<void> {
  for (let time = 0; time < freeLoginAttempts; time += 1) await logIn(service, email, 'wrong horse');
  const { transport } = service;
  let statements = 0;
  // The answer to the last one is lost before anything is decided.
  service.transport = (input, init) => {
    statements += 1;
    return statements === 1
      ? transport(input, init)
      : Promise.reject(new TypeError('Network connection lost.'));
  };
  expect(await keyed(service, key, email, given)).toMatchObject({ status: 503 });
  service.transport = transport;
  expect(await attemptsAt(service, email)).toEqual({ attempts: looks, pause: loginPauseSeconds });
}

test('a call whose answer was lost is looked at again inside the pause that it caused', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const key = newKey();
  await paused(service, email, key, password);
  expect(await logIn(service, email, password)).toMatchObject({ status: 401 });
  expect(await keyed(service, newKey(), email)).toMatchObject({ status: 401 });
  expect(await keyed(service, key, email)).toMatchObject({ status: 200 });
});

test('a wrong guess whose answer was lost is written down by its repeat, once: hanging up hides none', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const key = newKey();
  await paused(service, email, key, 'wrong donkey');
  expect(await failedSignIns(service, email)).toBe(freeLoginAttempts);
  for (let time = 0; time < 3; time += 1) {
    expect(await keyed(service, key, email, 'wrong donkey')).toMatchObject({ status: 401 });
    expect(await failedSignIns(service, email)).toBe(looks);
    expect(await failuresOf(service, email)).toMatchObject([{ count: looks }]);
    expect(await attemptsAt(service, email)).toEqual({ attempts: looks, pause: loginPauseSeconds });
  }
});

test('a call that was refused in a pause was no try, and its repeat after the pause is one', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  for (let time = 0; time < looks; time += 1) await logIn(service, email, 'wrong horse');
  const key = newKey();
  expect(await keyed(service, key, email)).toMatchObject({ status: 401 });
  expect(await attemptsAt(service, email)).toMatchObject({ attempts: looks });
  service.clock.advance(loginPauseSeconds);
  const wrong = newKey();
  expect(await keyed(service, wrong, email, 'wrong donkey')).toMatchObject({ status: 401 });
  expect(await attemptsAt(service, email)).toEqual({ attempts: looks + 1, pause: 2 * loginPauseSeconds });
  expect(await keyed(service, key, email)).toMatchObject({ status: 401 });
  service.clock.advance(2 * loginPauseSeconds);
  expect(await keyed(service, key, email)).toMatchObject({ status: 200 });
});

test('the repeat of a login gets its session also in the pause that strangers caused meanwhile', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const key = newKey();
  const first = await keyed(service, key, email);
  for (let time = 0; time < looks; time += 1) await logIn(service, email, 'wrong horse');
  expect(await logIn(service, email, password)).toMatchObject({ status: 401 });
  const again = await keyed(service, key, email);
  expect(again.body.refresh_token).toBe(first.body.refresh_token);
});

test('a repeat opens nothing once the password is another', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const key = newKey();
  await keyed(service, key, email);
  await service.dependencies.database.query(
    sql`
      update users set password_hash = ${service.dependencies.passwords.decoy}, password_version = password_version + 1
      where email = ${email}`,
    { repeatable: false },
  );
  expect(await keyed(service, key, email)).toMatchObject({ status: 401 });
});

test('a call that was refused by what happened under way made nothing, and its repeat is a login', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const key = newKey();
  const version = (value: number) =>
    service.dependencies.database.query(
      sql`update users set password_version = ${value} where email = ${email}`,
      { repeatable: false },
    );
  const { transport } = service;
  let statements = 0;
  service.transport = async (input, init) => {
    statements += 1;
    if (statements === 2) {
      service.transport = transport;
      await version(1);
    }
    return transport(input, init);
  };
  expect(await keyed(service, key, email)).toMatchObject({ status: 401 });
  await version(0);
  const again = await keyed(service, key, email);
  expect(again.status).toBe(200);
  expect(await devicesOf(service, email)).toEqual([await deviceIdIn(service, again.body.known_device)]);
  expect(await signIns(service, email)).toBe(1);
});
