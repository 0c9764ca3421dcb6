// The second factor at the login: in the call itself, or in a second step. Each condition closes an attack, which is tried here.

import { sql } from 'drizzle-orm/sql/sql';
import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import {
  authSessionSeconds,
  codeTries,
  freeLoginAttempts,
  maximumFailedSignIns,
} from '../../src/lifetimes.ts';
import { problem, signedIn } from '../accounts/people.ts';
import { type DeviceKey, newKey } from '../dpop/prover.ts';
import { levelIn, levelOf, seconds } from '../level/tokens.ts';
import { password, type Service, startService } from '../service.ts';
import { refresh } from '../sessions/driver.ts';
import { lineUp } from '../sessions/line-up.ts';
import { withTotp, wrongCode } from './totp.ts';

const mfa = (service: Service) => ({ auth_time: seconds(service), acr: 'aal2', amr: ['pwd', 'otp', 'mfa'] });

async function setUp() {
  const service = await startService();
  const person = await signedIn(service);
  const authenticator = await withTotp(service, person);
  const login = (more: object = {}, headers: Record<string, string> = {}) =>
    service.call('POST', '/api/auth/login', { json: { email: person.email, password, ...more }, headers });
  const second = (json: object, headers: Record<string, string> = {}) =>
    service.call('POST', '/api/auth/login/second-factor', { json, headers });
  const asked = async () => (await login()).body.auth_session as string;
  const me = (bearer: string) => service.call('GET', '/api/users/me', { bearer });
  return { service, person, authenticator, login, second, asked, me };
}

const required = problem(403, 'second-factor-required', { factors: ['totp', 'recovery_code'] });
const refused = problem(403, 'invalid-second-factor');

test('a code in the call itself: one sign-in of two trips, at aal2, which a refresh keeps', async () => {
  const { service, login, authenticator, me } = await setUp();
  const answer = await login({ totp: await authenticator.code() });
  expect(answer).toMatchObject({ status: 200, trips: 2 });
  expect(levelIn(answer)).toEqual(mfa(service));
  expect((await me(answer.body.access_token)).status).toBe(200);
  const next = await refresh(service, answer.body.refresh_token);
  expect(levelOf(next.body.access_token)).toEqual(mfa(service));
});

test('a recovery code in the call itself, typed in any way, works once', async () => {
  const { service, login, authenticator } = await setUp();
  const [code = ''] = authenticator.recoveryCodes;
  const answer = await login({ recovery_code: ` ${code.toLowerCase().replace('-', ' ')} ` });
  expect(answer).toMatchObject({ status: 200, trips: 2 });
  expect(levelIn(answer)).toEqual(mfa(service));
  expect(await login({ recovery_code: code })).toMatchObject(refused);
  expect((await login({ recovery_code: authenticator.recoveryCodes[1] })).status).toBe(200);
});

test('without a code there is no session, and the second step brings it', async () => {
  const { service, login, second, authenticator } = await setUp();
  const answer = await login({ device_name: 'Phone of Ada' });
  expect(answer).toMatchObject({ ...required, trips: 2 });
  expect(answer.body).toMatchObject({ expires_in: authSessionSeconds });
  expect(answer.body).not.toHaveProperty('access_token');
  expect(answer.headers.get('Set-Cookie')).toBeNull();
  const finished = await second({ auth_session: answer.body.auth_session, totp: await authenticator.code() });
  expect(finished).toMatchObject({ status: 200, trips: 2 });
  expect(levelIn(finished)).toEqual(mfa(service));
  const { body } = await service.call('GET', '/api/auth/sessions', { bearer: finished.body.access_token });
  expect(body.data.find(({ current }: { current: boolean }) => current)).toMatchObject({
    device_name: 'Phone of Ada',
    amr: ['pwd', 'otp', 'mfa'],
  });
});

test('whoever has only the code, or only the handle, has nothing', async () => {
  const { login, second, authenticator, asked } = await setUp();
  expect(await login({ password: 'not the password', totp: await authenticator.code() })).toMatchObject(
    problem(401, 'invalid-credentials'),
  );
  const auth_session = await asked();
  for (const text of ['x', `${auth_session.slice(0, -2)}AA`, auth_session.slice(1)])
    expect(await second({ auth_session: text, totp: await authenticator.code() })).toMatchObject(
      problem(400, 'invalid-token'),
    );
  expect(await second({ auth_session })).toMatchObject(problem(422, 'validation-failed'));
  for (const totp of ['12345', '1234567', 'abcdef', ''])
    expect(await second({ auth_session, totp })).toMatchObject(problem(422, 'validation-failed'));
  // None of these was a try.
  expect((await second({ auth_session, totp: await authenticator.code() })).status).toBe(200);
});

test('a time step works once: not again, not at another door, and none before it', async () => {
  const { service, login, second, asked, authenticator } = await setUp();
  service.clock.advance(60);
  const code = await authenticator.code();
  expect((await login({ totp: code })).status).toBe(200);
  expect(await login({ totp: code })).toMatchObject(refused);
  expect(await second({ auth_session: await asked(), totp: code })).toMatchObject(refused);
  expect(await login({ totp: await authenticator.code(1) })).toMatchObject(refused);
  service.clock.advance(30);
  expect((await login({ totp: await authenticator.code() })).status).toBe(200);
});

test('fifty calls at once with one code are one session, on many connections', async () => {
  const { service, person, authenticator } = await setUp();
  await service.dependencies.database.query(sql`delete from login_attempts`, { repeatable: true });
  const totp = await authenticator.code();
  const device = await knownDevices(service, person.email, 10);
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      service.call('POST', '/api/auth/login', {
        json: { email: person.email, password, totp, known_device: device[index % device.length] },
      }),
    ),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.every(({ status }) => [200, 401, 403].includes(status))).toBe(true);
});

/** Each is counted apart, so that no pause stands before the race. */
async function knownDevices(service: Service, email: string, count: number): Promise<string[]> {
  const { database } = service.dependencies;
  const [user] = await database.query<{ id: string; totp_id: string }>(
    sql`select id, totp_id from users where email = ${email}`,
    { repeatable: true },
  );
  await database.query(sql`update users set totp_id = null where email = ${email}`, { repeatable: true });
  const devices: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const { body } = await service.call('POST', '/api/auth/login', { json: { email, password } });
    devices.push(body.known_device);
  }
  await database.query(sql`update users set totp_id = ${user?.totp_id ?? null} where email = ${email}`, {
    repeatable: true,
  });
  return devices;
}

test('the repeat of a call has the same outcome for ten minutes, whatever the time of its code', async () => {
  const { service, login, second, authenticator } = await setUp();
  const key = () => ({ 'Idempotency-Key': crypto.randomUUID() });
  const one = key();
  const json = { totp: await authenticator.code() };
  const first = await login(json, one);
  service.clock.advance(9 * 60);
  const again = await login(json, one);
  expect(again.body).toMatchObject({
    session_id: first.body.session_id,
    refresh_token: first.body.refresh_token,
  });
  const two = key();
  const asked = await login({}, two);
  const askedAgain = await login({}, two);
  expect(askedAgain.body.auth_session).toBe(asked.body.auth_session);
  const three = key();
  const step = { auth_session: asked.body.auth_session, totp: await authenticator.code() };
  const finished = await second(step, three);
  service.clock.advance(9 * 60);
  const finishedAgain = await second(step, three);
  expect(finishedAgain.body).toMatchObject({
    session_id: finished.body.session_id,
    refresh_token: finished.body.refresh_token,
  });
  // Without the key, and with another one, it is used.
  expect(await second(step, key())).toMatchObject(problem(400, 'invalid-token'));
  service.clock.advance(2 * 60);
  expect((await second(step, three)).status).not.toBe(200);
  expect(await login(json, one)).toMatchObject(refused);
});

test('a recovery code cannot be used again by the call that used it, once its ten minutes are over', async () => {
  const { service, login, authenticator } = await setUp();
  const headers = { 'Idempotency-Key': crypto.randomUUID() };
  const json = { recovery_code: authenticator.recoveryCodes[3] };
  expect((await login(json, headers)).status).toBe(200);
  service.clock.advance(11 * 60);
  expect(await login(json, headers)).toMatchObject(refused);
});

test('an auth_session dies with five wrong codes, after five minutes, and with its use', async () => {
  const { service, second, asked, authenticator } = await setUp();
  const wrong = await wrongCode(authenticator);
  const tried = await asked();
  for (let left = codeTries - 1; left >= 0; left -= 1)
    expect(await second({ auth_session: tried, totp: wrong })).toMatchObject({
      ...refused,
      body: { attempts_left: left },
    });
  const dead = problem(400, 'invalid-token');
  expect(await second({ auth_session: tried, totp: await authenticator.code() })).toMatchObject(dead);

  const old = await asked();
  service.clock.advance(authSessionSeconds);
  expect(await second({ auth_session: old, totp: await authenticator.code() })).toMatchObject(dead);

  const used = await asked();
  expect((await second({ auth_session: used, totp: await authenticator.code() })).status).toBe(200);
  service.clock.advance(30);
  expect(await second({ auth_session: used, totp: await authenticator.code() })).toMatchObject(dead);
});

test.for([
  ['the password', sql`password_version = password_version + 1`],
  ['the epoch', sql`session_epoch = session_epoch + 1`],
  ['a factor', sql`factors_version = factors_version + 1`],
] as const)('an auth_session is void once %s has changed', async ([, change]) => {
  const { service, person, second, asked, authenticator } = await setUp();
  const auth_session = await asked();
  await service.dependencies.database.query(sql`update users set ${change} where id = ${person.id}`, {
    repeatable: true,
  });
  expect(await second({ auth_session, totp: await authenticator.code() })).toMatchObject(
    problem(400, 'invalid-token'),
  );
});

test('a right password with a missing or wrong factor counts, and only a finished sign-in forgets', async () => {
  const { service, login, asked, second, authenticator } = await setUp();
  const wrong = await wrongCode(authenticator);
  for (let tries = 0; tries <= freeLoginAttempts; tries += 1)
    expect(await login({ totp: wrong })).toMatchObject(refused);
  // The pause of any guesser: not even the right code is looked at.
  expect(await login({ totp: await authenticator.code() })).toMatchObject(
    problem(401, 'invalid-credentials'),
  );
  service.clock.advance(24 * 60 * 60 + 1);
  for (let tries = 0; tries <= freeLoginAttempts; tries += 1) expect(await login()).toMatchObject(required);
  expect(await login()).toMatchObject(problem(401, 'invalid-credentials'));
  service.clock.advance(24 * 60 * 60 + 1);
  const auth_session = await asked();
  expect((await second({ auth_session, totp: await authenticator.code() })).status).toBe(200);
  for (let tries = 0; tries <= freeLoginAttempts; tries += 1) expect(await login()).toMatchObject(required);
});

test('after a hundred wrong codes none is taken, whatever door they came to, until the password is reset', async () => {
  const { service, person, login, asked, second, authenticator } = await setUp();
  const { database } = service.dependencies;
  await database.query(
    sql`update totp_secrets set failures = ${maximumFailedSignIns - 1} where user_id = ${person.id}`,
    { repeatable: true },
  );
  const wrong = await wrongCode(authenticator);
  expect(await second({ auth_session: await asked(), totp: wrong })).toMatchObject(refused);
  expect(await login({ totp: await authenticator.code() })).toMatchObject(refused);
  expect(await login({ recovery_code: authenticator.recoveryCodes[0] })).toMatchObject(refused);
});

test('a hundred sign-ins that are not finished close the password, as wrong ones do', async () => {
  const { service, person, login, authenticator } = await setUp();
  await service.dependencies.database.query(
    sql`update users set failed_sign_ins = ${maximumFailedSignIns - 1} where id = ${person.id}`,
    { repeatable: true },
  );
  expect(await login()).toMatchObject(required);
  expect(await login({ totp: await authenticator.code() })).toMatchObject(
    problem(401, 'invalid-credentials'),
  );
  // Not to whoever comes with a device that has signed in before.
  const known_device = person.known_device;
  expect((await login({ totp: await authenticator.code(), known_device })).status).toBe(200);
});

test('a known device of another account, or none, shifts no tries of the second factor', async () => {
  const { service, person, login, authenticator } = await setUp();
  const wrong = await wrongCode(authenticator);
  await login({ totp: wrong });
  await login({ totp: wrong, known_device: person.known_device });
  const [secret] = await service.dependencies.database.query<{ failures: number }>(
    sql`select failures from totp_secrets where id = ${authenticator.totpId}`,
    { repeatable: true },
  );
  expect(secret?.failures).toBe(2);
});

test('the second step shows the key that the first one showed, and the session is bound to it', async () => {
  const { service, login, second, authenticator } = await setUp();
  const key = await newKey();
  const shown = async (device: DeviceKey, path: string) => ({
    DPoP: await device.proof(`POST /api/auth/${path}`, service.clock.now),
  });
  const asked = await login({}, await shown(key, 'login'));
  const step = { auth_session: asked.body.auth_session, totp: await authenticator.code() };
  expect(await second(step)).toMatchObject(problem(400, 'device-key-required'));
  expect(await second(step, await shown(await newKey(), 'login/second-factor'))).toMatchObject(
    problem(400, 'device-key-mismatch'),
  );
  const finished = await second(step, await shown(key, 'login/second-factor'));
  expect(finished.status).toBe(200);
  expect(decodeJwt(finished.body.refresh_token)).toMatchObject({ cnf: { jkt: key.jkt } });
});

test('who asked for cookies has them from the second step, and only from a page that may', async () => {
  const { login, second, authenticator } = await setUp();
  const origin = { Origin: 'https://app.example.test' };
  const asked = await login({ token_delivery: 'cookie' }, origin);
  expect(asked).toMatchObject(required);
  expect(asked.headers.get('Set-Cookie')).toBeNull();
  const step = { auth_session: asked.body.auth_session, totp: await authenticator.code() };
  expect(await second(step)).toMatchObject(problem(403, 'cross-site-request'));
  expect(await second(step, { Origin: 'https://evil.example' })).toMatchObject(
    problem(403, 'cross-site-request'),
  );
  const finished = await second(step, origin);
  expect(finished.status).toBe(200);
  expect(finished.body).not.toHaveProperty('refresh_token');
  expect(finished.headers.getSetCookie().join()).toContain('__Host-refresh_token=');
});

test('a wrong code that is sent twice at once with one key is one try', async () => {
  const { service, person, second, asked, authenticator } = await setUp();
  const { database } = service.dependencies;
  const step = { auth_session: await asked(), totp: await wrongCode(authenticator) };
  const headers = { 'Idempotency-Key': crypto.randomUUID() };
  const [row] = await database.query<{ id: string }>(
    sql`select id from auth_sessions where user_id = ${person.id}`,
    { repeatable: true },
  );
  const send = () => second(step, headers);
  const answers = await lineUp(service, { table: 'auth_sessions', id: row?.id ?? '' }, [send, send, send]);
  for (const answer of answers)
    expect(answer).toMatchObject({ ...refused, body: { attempts_left: codeTries - 1 } });
  const [secret] = await database.query<{ failures: number }>(
    sql`select failures from totp_secrets where id = ${authenticator.totpId}`,
    { repeatable: true },
  );
  expect(secret?.failures).toBe(1);
});

test('what happened is for the owner to read', async () => {
  const { person, login, authenticator } = await setUp();
  await login();
  await login({ totp: await wrongCode(authenticator) });
  const { body } = await person.call('GET', '/api/users/me/security-events');
  const kinds = body.data.map(({ kind }: { kind: string }) => kind);
  expect(kinds).toContain('second-factor-required');
  expect(kinds).toContain('second-factor-failed');
  expect(kinds).not.toContain('sign-in-failed');
});

test('a secret of another user is not taken for one’s own', async () => {
  const { service, person, login } = await setUp();
  const other = await signedIn(service);
  const theirs = await withTotp(service, other);
  await service.dependencies.database.query(
    sql`update totp_secrets set secret = (select secret from totp_secrets where id = ${theirs.totpId}) where user_id = ${person.id}`,
    { repeatable: true },
  );
  const answer = await login({ totp: await theirs.code() });
  expect(answer.status).not.toBe(200);
});
