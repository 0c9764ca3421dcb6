// Who reads the mail and has no second factor gets nothing; a second factor that is wrong spends nothing.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { codeTries, maximumFailedSignIns } from '../../src/lifetimes.ts';
import { problem, signedIn } from '../accounts/people.ts';
import { twoFactorPerson } from '../factors/authenticator.ts';
import { levelIn, seconds } from '../level/tokens.ts';
import { failedSignIns } from '../login/accounts.ts';
import { byCode, forgot, reset } from '../mail/granted.ts';
import { queued } from '../mail/tables.ts';
import type { Service } from '../service.ts';
import { accountOf, eventsOf, mailed, newKey, start, startOwn, use } from './codes.ts';

const required = problem(403, 'second-factor-required', { factors: ['totp', 'recovery_code'] });
const refused = problem(403, 'invalid-second-factor');
const over = problem(400, 'invalid-token');

async function failuresOfSecret({ dependencies }: Service, id: string): Promise<number | undefined> {
  const [row] = await dependencies.database.query<{ failures: number }>(
    sql`select t.failures from totp_secrets t join users u on u.totp_id = t.id where u.id = ${id}`,
    { repeatable: true },
  );
  return row?.failures;
}

async function setUp() {
  const service = await start();
  const person = await twoFactorPerson(service);
  // The step that turned it on is used.
  service.clock.advance(30);
  const second = (json: object, headers: Record<string, string> = {}) =>
    service.call('POST', '/api/auth/login/second-factor', { json, headers });
  const sessions = async () => (await accountOf(service, person.email))?.live_sessions;
  return { service, person, second, sessions, before: await sessions() };
}

/** Not the one that the app shows. */
const other = (code: string) => String((Number(code) + 500_000) % 1_000_000).padStart(6, '0');

test('without a code of it: what goes on is in the same answer of one trip, and the mailed code is spent', async () => {
  const { service, person, second, sessions, before } = await setUp();
  const [code, alive] = [await mailed(service, person.email), await forgot(service, person.email)];
  const answer = await use(service, code, { device_name: 'Tablet' });
  expect(answer).toMatchObject({ ...required, trips: 1 });
  expect(answer.text).not.toMatch(/access_token|refresh_token|known_device/);
  expect(answer.headers.get('Set-Cookie')).toBeNull();
  expect(await sessions()).toBe(before);
  // One code has one handle: no endless supply of tries at the second factor.
  expect(await use(service, code)).toMatchObject(over);
  expect(await reset(service, byCode(alive))).toMatchObject(over);
  const finished = await second({ auth_session: answer.body.auth_session, totp: person.app.code() });
  expect(finished.status).toBe(200);
  expect(levelIn(finished)).toEqual({ auth_time: seconds(service), acr: 'aal2', amr: ['otp', 'mfa'] });
  expect(await eventsOf(service, person.email)).toContain('second-factor-required');
});

test('the repeat of a call that was asked for a second factor has the same handle', async () => {
  const { service, person, second } = await setUp();
  const code = await mailed(service, person.email);
  const key = newKey();
  const answers = [await use(service, code, {}, key)];
  answers.push(...(await Promise.all(Array.from({ length: 10 }, () => use(service, code, {}, key)))));
  for (const answer of answers) expect(answer).toMatchObject(required);
  const finishing = answers.map(({ body }) => ({ auth_session: body.auth_session, totp: person.app.code() }));
  expect((await second(finishing[3] ?? {})).status).toBe(200);
  // Any of them is the one that is finished now.
  for (const each of [finishing[0], finishing[10]]) expect(await second(each ?? {})).toMatchObject(over);
});

test.for(['totp', 'recovery_code'] as const)(
  'with a right %s in the call: a session at aal2, in two trips; it works once',
  async (field) => {
    const { service, person } = await setUp();
    const given = field === 'totp' ? person.app.code() : person.recoveryCodes[0];
    const code = await mailed(service, person.email);
    const answer = await use(service, code, { [field]: given });
    expect(answer).toMatchObject({ status: 200, trips: 2 });
    expect(levelIn(answer)).toEqual({ auth_time: seconds(service), acr: 'aal2', amr: ['otp', 'mfa'] });
    const next = await mailed(service, person.email);
    expect(await use(service, next, { [field]: given })).toMatchObject(refused);
    // Refused by the statement itself, the mailed code is as good as it was.
    service.clock.advance(30);
    expect((await use(service, next, { totp: person.app.code() })).status).toBe(200);
  },
);

test('a wrong one spends neither the mailed code nor the request, and counts: once for each call', async () => {
  const { service, person, before, sessions } = await setUp();
  const code = await mailed(service, person.email);
  const wrong = { totp: other(person.app.code()) };
  const key = newKey();
  for (let time = 0; time < 3; time += 1) expect(await use(service, code, wrong, key)).toMatchObject(refused);
  const atOnce = await Promise.all(Array.from({ length: 10 }, () => use(service, code, wrong, key)));
  for (const answer of atOnce) expect(answer).toMatchObject(refused);
  expect(await failuresOfSecret(service, person.id)).toBe(1);
  expect(await failedSignIns(service, person.email)).toBe(1);
  // More of them than a mailed code has tries: they are none of its.
  for (let time = 0; time < codeTries; time += 1)
    expect(await use(service, code, wrong)).toMatchObject(refused);
  expect(await failuresOfSecret(service, person.id)).toBe(codeTries + 1);
  expect(await sessions()).toBe(before);
  const answer = await use(service, code, { totp: person.app.code() });
  expect(answer.status).toBe(200);
  // Who has shown it is forgiven the tries at it.
  expect(await failuresOfSecret(service, person.id)).toBe(0);
  expect(await failedSignIns(service, person.email)).toBe(0);
});

test('a wrong mailed code says nothing of a second factor, right or wrong', async () => {
  const { service, person } = await setUp();
  const code = await mailed(service, person.email);
  const wrong = { ...code, code: other(code.code.slice(2)) + code.code.slice(6) };
  for (const [attempts_left, more] of [
    [4, {}],
    [3, { totp: person.app.code() }],
    [2, { totp: other(person.app.code()) }],
  ] as const)
    expect(await use(service, wrong, more)).toMatchObject({
      ...problem(400, 'invalid-code', { attempts_left }),
      trips: 1,
    });
  expect(await failuresOfSecret(service, person.id)).toBe(0);
});

test('whoever reads the mailbox and guesses has a hundred tries, and then the right one is wrong, too', async () => {
  const { service, person, second, before, sessions } = await setUp();
  const { database } = service.dependencies;
  await database.query(
    sql`update totp_secrets set failures = ${maximumFailedSignIns - 1} where user_id = ${person.id}`,
    { repeatable: true },
  );
  const code = await mailed(service, person.email);
  expect(await use(service, code, { totp: other(person.app.code()) })).toMatchObject(refused);
  expect(await use(service, code, { totp: person.app.code() })).toMatchObject(refused);
  const asked = await use(service, code);
  expect(asked).toMatchObject(required);
  const given = { auth_session: asked.body.auth_session, totp: person.app.code() };
  expect(await second(given)).toMatchObject(refused);
  expect(await sessions()).toBe(before);
});

test('a known device is known still after the second step, and its tries are its own', async () => {
  const service = await startOwn();
  const person = await twoFactorPerson(service);
  service.clock.advance(30);
  const { known_device } = person;
  const told = async () =>
    (await queued(service, person.email)).filter(({ kind }) => kind === 'new-sign-in').length;
  const second = async (device: object, totp: string) => {
    const { body } = await use(service, await mailed(service, person.email), device);
    const json = { auth_session: body.auth_session, totp };
    return service.call('POST', '/api/auth/login/second-factor', { json });
  };
  expect(await second({ known_device }, other(person.app.code()))).toMatchObject(refused);
  expect(await failedSignIns(service, person.email)).toBe(0);
  expect((await second({ known_device }, person.app.code())).status).toBe(200);
  expect(await told()).toBe(0);
  // Nor in one call.
  service.clock.advance(30);
  const code = await mailed(service, person.email);
  const wrong = { known_device, totp: other(person.app.code()) };
  expect(await use(service, code, wrong)).toMatchObject(refused);
  expect(await failedSignIns(service, person.email)).toBe(0);
  expect((await use(service, code, { known_device, totp: person.app.code() })).status).toBe(200);
  expect(await told()).toBe(0);
  // Somebody else's device is a stranger here.
  service.clock.advance(30);
  const stranger = { known_device: (await signedIn(service)).known_device };
  expect(await second(stranger, other(person.app.code()))).toMatchObject(refused);
  expect(await failedSignIns(service, person.email)).toBe(1);
  expect((await second(stranger, person.app.code())).status).toBe(200);
  expect(await told()).toBe(1);
});

test('a second factor that nobody owes is not looked at', async () => {
  const service = await start();
  const person = await signedIn(service);
  for (const email of [person.email, undefined]) {
    const answer = await use(service, await mailed(service, email), { totp: '123456' });
    expect(answer).toMatchObject({ status: 200, trips: 2 });
    expect(levelIn(answer)).toMatchObject({ acr: undefined });
  }
});

test('the repeat of a call with a second factor gets the same session, after its time as well', async () => {
  const { service, person, before, sessions } = await setUp();
  const code = await mailed(service, person.email);
  const key = newKey();
  const given = { totp: person.app.code() };
  const first = await use(service, code, given, key);
  service.clock.advance(9 * 60);
  const again = await Promise.all(Array.from({ length: 10 }, () => use(service, code, given, key)));
  for (const answer of again) expect(answer.body.refresh_token).toBe(first.body.refresh_token);
  expect(await sessions()).toBe((before ?? 0) + 1);
  expect(await failuresOfSecret(service, person.id)).toBe(0);
});
