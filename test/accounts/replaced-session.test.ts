// The session that takes the place of the one which changed the password, and how a lost answer that brought it is had again.

import { sql } from 'drizzle-orm/sql/sql';
import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { openKnownDevice } from '../../src/tokens/known-device.ts';
import { newKey as newDeviceKey } from '../dpop/prover.ts';
import { otherPassword } from '../mail/granted.ts';
import { type Answer, password, type Service, startService } from '../service.ts';
import { accessTokenNow, eventsOf, theftMails } from '../sessions/driver.ts';
import { another, type Person, problem, signedIn } from './people.ts';

const path = '/api/auth/change-password';
const change = { current_password: password, new_password: otherPassword };
const hour = 60 * 60;
const day = 24 * hour;

const newKey = () => crypto.randomUUID();

type Change = { readonly key?: string | undefined; readonly json?: object; readonly bearer?: string };

const changePassword = (service: Service, { key, json = change, bearer = '' }: Change): Promise<Answer> =>
  service.call('POST', path, { json, bearer, ...(key && { headers: { 'Idempotency-Key': key } }) });

const refresh = (
  service: Service,
  refresh_token: string,
  key?: string,
  headers: object = {},
): Promise<Answer> =>
  service.call('POST', '/api/auth/refresh', {
    json: { refresh_token },
    headers: { ...(key && { 'Idempotency-Key': key }), ...headers },
  });

const replaced = problem(401, 'session-ended', { reason: 'password-changed', discard_credentials: true });

async function changed() {
  const service = await startService();
  const person = await signedIn(service);
  const key = newKey();
  const first = await changePassword(service, { key, bearer: person.access_token });
  expect(first).toMatchObject({ status: 200, trips: 2 });
  /** The session that has ended, with an access token that has not. */
  const again = async (more: Change = {}) => {
    const bearer = await accessTokenNow(service, { userId: person.id, email: '' }, person.session_id);
    return changePassword(service, { key, bearer, ...more });
  };
  return { service, person, key, first, again };
}

const numberOf = async ({ dependencies }: Service, from: string, { id }: Person) =>
  (
    await dependencies.database.query<{ count: number }>(
      sql`select count(*)::int as count from ${sql.raw(from)} and user_id = ${id}`,
      { repeatable: true },
    )
  )[0]?.count;

test('the new session is another one, of the same device, and ends when the old one would have ended', async () => {
  const service = await startService();
  const { email } = await signedIn(service);
  const person = await another(service, email, { device_name: 'Ada’s phone' });
  const end = Math.floor(service.clock.now.getTime() / 1000) + 180 * day;
  let token = person.refresh_token;
  for (let month = 0; month < 6; month += 1) {
    service.clock.advance(29 * day);
    token = (await refresh(service, token)).body.refresh_token;
  }
  const bearer = await accessTokenNow(service, { userId: person.id, email }, person.session_id);
  const { body } = await changePassword(service, { bearer });
  expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 900, refresh_expires_in: 6 * day });
  expect(body.session_id).not.toBe(person.session_id);
  const { jti, exp, iat } = decodeJwt(body.refresh_token);
  expect([jti, exp, iat]).toEqual([
    `${body.session_id}.0`,
    end,
    Math.floor(service.clock.now.getTime() / 1000),
  ]);
  const { data } = (await service.call('GET', '/api/auth/sessions', { bearer: body.access_token })).body;
  expect(data).toMatchObject([{ id: body.session_id, device_name: 'Ada’s phone', current: true }]);
  const next = await refresh(service, body.refresh_token, newKey());
  expect(next.status).toBe(200);
  expect(decodeJwt(next.body.refresh_token).exp).toBe(end);
});

test('no device is known any more but that of the new session', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const { database, dataKeys, newId } = service.dependencies;
  const now = service.clock.now.toISOString();
  await database.query(
    sql`insert into known_devices (id, user_id, created_at, expires_at)
      select unnest(array[${newId()}, ${newId()}]::uuid[]), ${person.id}, ${now}, ${now}::timestamptz + interval '1 year'`,
    { repeatable: false },
  );
  const { body } = await changePassword(service, { bearer: person.access_token });
  const device = await openKnownDevice(dataKeys, body.known_device, service.clock.now);
  const rows = await database.query<{ id: string }>(
    sql`select k.id from known_devices k join sessions s on s.device_id = k.id where s.id = ${body.session_id}`,
    { repeatable: true },
  );
  expect(rows).toEqual([{ id: device?.deviceId }]);
  expect(device?.userId).toBe(person.id);
  expect(await numberOf(service, 'known_devices where true', person)).toBe(1);
});

test('a caller with a cookie is answered in cookies, and no token is in the body', async () => {
  const service = await startService();
  const { email } = await signedIn(service);
  const Origin = 'https://app.example.test';
  const login = await service.call('POST', '/api/auth/login', {
    json: { email, password, token_delivery: 'cookie' },
    headers: { Origin },
  });
  const Cookie = login.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const headers = { Origin, Cookie, 'Idempotency-Key': newKey() };
  const first = await service.call('POST', path, { json: change, headers });
  const again = await service.call('POST', path, { json: change, headers });
  for (const answer of [first, again]) {
    expect(answer.status).toBe(200);
    expect(answer.text).not.toMatch(/access_token|refresh_token|known_device"/);
    const names = answer.headers.getSetCookie().map((line) => line.split('=')[0]);
    expect(names).toEqual([
      '__Host-access_token',
      expect.stringMatching(/refresh_token$/),
      'logged_in',
      '__Host-known_device',
    ]);
  }
  expect(again.body.session_id).toBe(first.body.session_id);
});

test.for([0, hour, day])(
  'the same call %s s later has the same outcome, and happens once',
  async (seconds) => {
    const { service, person, first, again } = await changed();
    service.clock.advance(seconds);
    const second = await again();
    expect(second).toMatchObject({ status: 200, trips: 2 });
    expect(second.body.refresh_token).toBe(first.body.refresh_token);
    expect(second.body.known_device).toBeDefined();
    const me = await service.call('GET', '/api/users/me', { bearer: second.body.access_token });
    expect(me.status).toBe(200);
    expect(await numberOf(service, "mails where kind = 'password-changed'", person)).toBe(1);
    expect(await numberOf(service, "security_events where kind = 'password-changed'", person)).toBe(1);
    expect(await numberOf(service, 'sessions where ended_at is null', person)).toBe(1);
  },
);

test.for([0, hour, day])(
  'a refresh of the old newest token with the key of the change, %s s later, brings the new session',
  async (seconds) => {
    const { service, person, key, first } = await changed();
    service.clock.advance(seconds);
    const second = await refresh(service, person.refresh_token, key);
    expect(second.status).toBe(200);
    expect(second.body).toMatchObject({
      refresh_token: first.body.refresh_token,
      session_id: first.body.session_id,
      known_device: expect.any(String),
    });
    expect(await refresh(service, second.body.refresh_token, newKey())).toMatchObject({ status: 200 });
  },
);

test('after a day neither brings it', async () => {
  const { service, person, key, again } = await changed();
  service.clock.advance(day + 0.001);
  expect(await refresh(service, person.refresh_token, key)).toMatchObject(replaced);
  expect(await again()).toMatchObject(problem(401, 'session-ended'));
});

test('once the new session has ended, nothing brings it again', async () => {
  const { service, person, key, first, again } = await changed();
  await service.call('POST', '/api/auth/logout', { json: { refresh_token: first.body.refresh_token } });
  expect(await refresh(service, person.refresh_token, key)).toMatchObject(replaced);
  expect(await again()).toMatchObject(problem(401, 'session-ended'));
});

// Somebody had the old tokens with their key, took the new session and went on: the lost answer's owner finds it out.
test.for(['a refresh of the old token', 'a repeat of the call'])(
  'once the new session is refreshed, %s with the key is superseded for 30 s, and then ends it: two have had the key',
  async (how) => {
    const { service, person, key, first, again } = await changed();
    const taken = await refresh(service, first.body.refresh_token);
    expect(taken.status).toBe(200);
    const isRepeat = how === 'a repeat of the call';
    const ask = () => (isRepeat ? again() : refresh(service, person.refresh_token, key));
    service.clock.advance(30);
    expect(await ask()).toMatchObject(problem(409, 'refresh-superseded', { retryable: true }));
    service.clock.advance(0.001);
    expect(await ask()).toMatchObject(isRepeat ? problem(401, 'session-ended') : replaced);
    expect(await refresh(service, taken.body.refresh_token)).toMatchObject({
      status: 401,
      body: { reason: 'reused' },
    });
    const owner = { userId: person.id, email: person.email };
    expect(await theftMails(service, owner)).toBe(1);
    expect(await eventsOf(service, owner, 'refresh-token-reused')).toBe(1);
  },
);

// A proof came with none of these, and the old token's key may have been copied: by whom the new session was bound is unknown.
test.for(['a refresh of the old token', 'a repeat of the call'])(
  'once the new session is bound to a device key, %s without it ends it',
  async (how) => {
    const { service, person, key, first, again } = await changed();
    const route = 'POST /api/auth/refresh';
    const DPoP = await (await newDeviceKey()).proof(route, service.clock.now);
    const bound = await refresh(service, first.body.refresh_token, newKey(), { DPoP });
    expect(bound.status).toBe(200);
    service.clock.advance(31);
    if (how === 'a repeat of the call') expect(await again()).toMatchObject(problem(401, 'session-ended'));
    else expect(await refresh(service, person.refresh_token, key)).toMatchObject(replaced);
    expect(await theftMails(service, { userId: person.id, email: person.email })).toBe(1);
    expect(await refresh(service, first.body.refresh_token, newKey())).toMatchObject({
      status: 401,
      body: { reason: 'reused' },
    });
  },
);

test('a refreshed session with a device key is had again by its key, and nothing is theft', async () => {
  const service = await startService();
  const owned = await newDeviceKey();
  const person = await signedIn(service);
  const proof = (route: string) => owned.proof(route, service.clock.now);
  const refreshing = async (token: string, idempotencyKey: string) =>
    service.call('POST', '/api/auth/refresh', {
      json: { refresh_token: token },
      headers: { DPoP: await proof('POST /api/auth/refresh'), 'Idempotency-Key': idempotencyKey },
    });
  const bound = (await refreshing(person.refresh_token, crypto.randomUUID())).body;
  const key = crypto.randomUUID();
  const change = await service.call('POST', '/api/auth/change-password', {
    bearer: bound.access_token,
    json: { current_password: password, new_password: 'plum radio fence maple' },
    headers: { DPoP: await proof('POST /api/auth/change-password'), 'Idempotency-Key': key },
  });
  const next = await refreshing(change.body.refresh_token, crypto.randomUUID());
  const again = await refreshing(bound.refresh_token, key);
  expect(again.body.refresh_token).toBe(next.body.refresh_token);
  expect(await theftMails(service, { userId: person.id, email: person.email })).toBe(0);
});

test('without the key, or with another, nothing brings it', async () => {
  const { service, person, again } = await changed();
  for (const key of [undefined, newKey()]) {
    expect(await refresh(service, person.refresh_token, key)).toMatchObject(replaced);
    expect(await again({ key })).toMatchObject(problem(401, 'session-ended'));
  }
  const keyless = await signedIn(service);
  await changePassword(service, { bearer: keyless.access_token });
  for (const key of [undefined, newKey()])
    expect(await refresh(service, keyless.refresh_token, key)).toMatchObject(replaced);
});

test('a spent token of the old session brings nothing, with the key either', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const key = newKey();
  const next = await refresh(service, person.refresh_token, newKey());
  await changePassword(service, { key, bearer: next.body.access_token });
  expect(await refresh(service, person.refresh_token, key)).toMatchObject(replaced);
  expect(await refresh(service, next.body.refresh_token, key)).toMatchObject({ status: 200 });
});

test('repeats are no guesses, however many', async () => {
  const { again } = await changed();
  for (let time = 0; time < 8; time += 1) expect(await again()).toMatchObject({ status: 200 });
});

test('a repeat shows the new password: another one is wrong, and guesses at it are counted', async () => {
  const { again, first } = await changed();
  const guess = { current_password: password, new_password: 'copper violin raft dune' };
  for (let time = 0; time < 6; time += 1)
    expect(await again({ json: guess })).toMatchObject(
      problem(401, 'invalid-credentials', { discard_credentials: false }),
    );
  expect(await again()).toMatchObject(problem(429, 'too-many-requests'));
  expect(first.status).toBe(200);
});

test('a repeat from another network is an event, once', async () => {
  const { service, person, key, first } = await changed();
  await service.dependencies.database.query(
    sql`update sessions set network = '198.51.100.1' where id = ${first.body.session_id}`,
    { repeatable: false },
  );
  for (const ip of ['203.0.113.5', '203.0.113.6', '198.51.100.1'])
    expect((await refresh(service, person.refresh_token, key, { 'CF-Connecting-IP': ip })).status).toBe(200);
  const events = "security_events where kind = 'refreshed-from-another-network'";
  expect(await numberOf(service, events, person)).toBe(1);
});

test('a key that a refresh has spent changes nothing, and no guess is counted', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const key = newKey();
  const lost = await refresh(service, person.refresh_token, key);
  for (let time = 0; time < 7; time += 1)
    expect(await changePassword(service, { key, bearer: person.access_token })).toMatchObject({
      ...problem(409, 'refresh-superseded', { retryable: true, discard_credentials: false }),
      trips: 2,
    });
  await expect(another(service, person.email)).resolves.toBeDefined();
  const found = await refresh(service, person.refresh_token, key);
  expect(found.body.refresh_token).toBe(lost.body.refresh_token);
  const next = await changePassword(service, { key: newKey(), bearer: found.body.access_token });
  expect(next.status).toBe(200);
});

test('a key that is too short is refused before the password is looked at', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const answer = await changePassword(service, { key: 'x'.repeat(15), bearer: person.access_token });
  expect(answer).toMatchObject({
    ...problem(422, 'validation-failed', { errors: [{ pointer: '#Idempotency-Key' }] }),
    trips: 0,
  });
});

test('a login that replaces the hash by one of today does not stand in the way of a change', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const { transport } = service;
  const hash = await service.dependencies.passwords.hash(password);
  service.transport = async (input, init) => {
    if (!String(init?.body).includes('update users')) return transport(input, init);
    service.transport = transport;
    await service.dependencies.database.query(
      sql`update users set password_hash = ${hash} where id = ${person.id}`,
      { repeatable: false },
    );
    return transport(input, init);
  };
  expect(await changePassword(service, { bearer: person.access_token })).toMatchObject({ status: 200 });
});

test.for([
  ['first', 0],
  ['second', 1],
] as const)(
  'an answer of the database lost after the %s statement changes the password once',
  async ([, index]) => {
    const service = await startService();
    const person = await signedIn(service);
    const { transport } = service;
    let count = 0;
    service.transport = async (input, init) => {
      const answer = await transport(input, init);
      count += 1;
      if (count === index + 1) throw new TypeError('Network connection lost.');
      return answer;
    };
    const answer = await changePassword(service, { bearer: person.access_token });
    expect(answer).toMatchObject({ status: 200, trips: 3 });
    expect(await refresh(service, answer.body.refresh_token)).toMatchObject({ status: 200 });
    expect(await numberOf(service, "security_events where kind = 'password-changed'", person)).toBe(1);
    expect(await numberOf(service, 'sessions where ended_at is null', person)).toBe(1);
  },
);
