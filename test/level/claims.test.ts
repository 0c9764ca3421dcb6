// Every token says how and when its user signed in; a refresh keeps it, byte for byte where it is a retry.

import { sql } from 'drizzle-orm/sql/sql';
import { beforeAll, expect, test, vi } from 'vitest';
import { signedIn } from '../accounts/people.ts';
import { otherPassword, registered } from '../mail/granted.ts';
import { newPerson } from '../mail/tables.ts';
import { password, type Service, signIn, startService } from '../service.ts';
import { accessTokenNow, newOwner, refresh, start, successor } from '../sessions/driver.ts';
import { byPassword, levelIn, levelOf, seconds } from './tokens.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});

const run = (statement: ReturnType<typeof sql>) =>
  service.dependencies.database.query(statement, { repeatable: false });

test('a sign-in says it, and each refresh keeps it', async () => {
  const { email } = await newPerson(service);
  const level = byPassword(seconds(service));
  const body = await signIn(service, email);
  expect(levelIn({ body })).toEqual(level);
  service.clock.advance(60);
  const first = await refresh(service, body.refresh_token);
  expect(levelIn(first)).toEqual(level);
  service.clock.advance(60);
  expect(levelIn(await refresh(service, first.body.refresh_token))).toEqual(level);
});

test('so do a proven address, and the repeats of both calls', async () => {
  const { token } = await registered(service);
  const verification = { token, password, name: 'Ada', sign_in: true };
  const login = { email: (await newPerson(service)).email, password };
  const calls = [
    ['/api/auth/verify-email', verification],
    ['/api/auth/login', login],
  ] as const;
  for (const [path, json] of calls) {
    const headers = { 'Idempotency-Key': crypto.randomUUID() };
    const level = byPassword(seconds(service));
    const once = await service.call('POST', path, { json, headers });
    service.clock.advance(5);
    const again = await service.call('POST', path, { json, headers });
    expect(levelIn(once)).toEqual(level);
    expect(levelIn(again)).toEqual(level);
    expect(again.body.refresh_token).toBe(once.body.refresh_token);
  }
});

test('the session that a change of the password begins has the level and the time of the old one', async () => {
  const level = byPassword(seconds(service));
  const person = await signedIn(service);
  service.clock.advance(120);
  const json = { current_password: password, new_password: otherPassword };
  const headers = { 'Idempotency-Key': crypto.randomUUID() };
  const change = { json, headers };
  const once = await person.call('POST', '/api/auth/change-password', change);
  expect(levelIn(once)).toEqual(level);
  expect(levelIn(await person.call('POST', '/api/auth/change-password', change))).toEqual(level);
  expect(levelIn(await refresh(service, once.body.refresh_token))).toEqual(level);
});

test('whatever a session says, its successors say', async () => {
  const { id, refreshToken } = await start(service, await newOwner(service));
  const time = new Date(service.clock.now.getTime() - 7_000).toISOString();
  await run(
    sql`update sessions set amr = '{hwk,user,mfa}', acr = 'aal2', auth_time = ${time} where id = ${id}`,
  );
  const level = { auth_time: seconds(service) - 7, acr: 'aal2', amr: ['hwk', 'user', 'mfa'] };
  const first = await refresh(service, refreshToken);
  expect(levelIn(first)).toEqual(level);
  // A way of signing in without a registered name, which proves too little for an `acr`.
  await run(sql`update sessions set amr = '{}', acr = null where id = ${id}`);
  const next = await refresh(service, first.body.refresh_token);
  expect(levelIn(next)).toEqual({ auth_time: level.auth_time, acr: undefined, amr: undefined });
  expect(levelIn(await refresh(service, next.body.refresh_token))).toEqual(levelIn(next));
});

/** As deployed code has written the row. */
const forgetLevel = (id: string) =>
  run(sql`update sessions set amr = null, acr = null, auth_time = null where id = ${id}`);

test('a session from before it was kept is one of a password, at its beginning; its tokens stay good', async () => {
  const owner = await newOwner(service);
  const level = byPassword(seconds(service));
  const { id, refreshToken } = await start(service, owner);
  await forgetLevel(id);
  service.clock.advance(600);
  const bearer = await accessTokenNow(service, owner, id);
  expect(await service.call('GET', '/api/users/me', { bearer })).toMatchObject({ status: 200 });
  const key = crypto.randomUUID();
  const first = await refresh(service, refreshToken, key);
  expect(levelIn(first)).toEqual(level);
  const again = await refresh(service, refreshToken, key);
  expect(again.body.refresh_token).toBe(first.body.refresh_token);
  const next = await successor(refresh(service, first.body.refresh_token));
  expect(levelIn(await refresh(service, next))).toEqual(level);
});

test('a token that deployed code has issued is issued again without a change', async () => {
  const { id, refreshToken } = await start(service, await newOwner(service));
  const key = crypto.randomUUID();
  await refresh(service, refreshToken, key);
  await forgetLevel(id);
  const again = await refresh(service, refreshToken, key);
  expect(levelOf(again.body.refresh_token)).toEqual({});
  expect(levelOf(again.body.access_token)).toMatchObject({ acr: 'aal1', amr: ['pwd'] });
});

// What was signed during the round trip, for the likely outcome, is the answer.
test('a refresh signs two tokens and no more', async () => {
  const { email } = await newPerson(service);
  const { refresh_token } = await signIn(service, email);
  service.clock.advance(1.5);
  const sign = vi.spyOn(crypto.subtle, 'sign');
  await successor(refresh(service, refresh_token));
  const signatures = sign.mock.calls.filter(([, key]) => (key as CryptoKey).algorithm.name.startsWith('RSA'));
  sign.mockRestore();
  expect(signatures).toHaveLength(2);
});
