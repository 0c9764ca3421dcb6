// Every token response names the session's place in the status lists; a refresh keeps it, byte for byte where it is a retry.

import { sql } from 'drizzle-orm/sql/sql';
import { decodeJwt } from 'jose';
import { beforeAll, expect, test, vi } from 'vitest';
import { signedIn } from '../accounts/people.ts';
import { otherPassword, registered } from '../mail/granted.ts';
import { newPerson } from '../mail/tables.ts';
import { type Answer, issuer, password, type Service, signIn, startService } from '../service.ts';
import { newOwner, refresh, start, successor } from '../sessions/driver.ts';
import { indexOf } from './lists.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});

const run = (statement: ReturnType<typeof sql>) =>
  service.dependencies.database.query(statement, { repeatable: false });

/** The index that the tokens of an answer name, which is the session's. */
async function expectItsPlace({ body }: { body: Answer['body'] }): Promise<number> {
  const index = (await indexOf(service, body.session_id)) ?? -1;
  const list = Math.floor(index / 2 ** 20);
  expect(decodeJwt(body.access_token)['status']).toEqual({
    status_list: { idx: index - list * 2 ** 20, uri: `${issuer}/status/${list}` },
  });
  expect(decodeJwt(body.refresh_token)['status_index']).toBe(index);
  return index;
}

const post = (path: string, json: object, headers: Record<string, string> = {}) =>
  service.call('POST', path, { json, headers });

test('a sign-in and each refresh name the same place', async () => {
  const { email } = await newPerson(service);
  const body = await signIn(service, email);
  const index = await expectItsPlace({ body });
  const first = await refresh(service, body.refresh_token);
  expect(first.trips).toBe(1);
  expect(await expectItsPlace(first)).toBe(index);
  expect(await expectItsPlace(await refresh(service, first.body.refresh_token))).toBe(index);
});

// What was signed during the round trip, for the likely outcome, is the answer: signing once more would double its cost.
test('a refresh signs two tokens and no more', async () => {
  const { refreshToken } = await start(service, await newOwner(service));
  const sign = vi.spyOn(crypto.subtle, 'sign');
  await successor(refresh(service, refreshToken));
  const signatures = sign.mock.calls.filter(([, key]) => (key as CryptoKey).algorithm.name.startsWith('RSA'));
  sign.mockRestore();
  expect(signatures).toHaveLength(2);
});

test('so do a proven address, a new password and the repeat of a sign-in', async () => {
  const { token } = await registered(service);
  await expectItsPlace(await post('/api/auth/verify-email', { token, password, name: 'Ada', sign_in: true }));
  const person = await signedIn(service);
  const json = { current_password: password, new_password: otherPassword };
  await expectItsPlace(await person.call('POST', '/api/auth/change-password', { json }));
  const { email } = await newPerson(service);
  const key = { 'Idempotency-Key': crypto.randomUUID() };
  const once = await post('/api/auth/login', { email, password }, key);
  const again = await post('/api/auth/login', { email, password }, key);
  expect(await expectItsPlace(again)).toBe(await expectItsPlace(once));
  expect(again.body.refresh_token).toBe(once.body.refresh_token);
});

test('a place in a later list is named with that list', async () => {
  await run(sql`select setval('session_status_sequence', ${5 * 2 ** 20 + 7}::bigint)`);
  const index = await expectItsPlace({ body: await signedIn(service) });
  expect(Math.floor(index / 2 ** 20)).toBe(5);
});

test('a session that began before there were lists gets a place with its next refresh, and keeps it', async () => {
  const owner = await newOwner(service);
  const { id, refreshToken } = await start(service, owner);
  await run(sql`update sessions set status_index = null where id = ${id}`);
  const key = crypto.randomUUID();
  const first = await refresh(service, refreshToken, key);
  const index = await expectItsPlace(first);
  // A lost answer costs nothing: the same bytes again.
  const again = await refresh(service, refreshToken, key);
  expect(again.body.refresh_token).toBe(first.body.refresh_token);
  expect(await expectItsPlace(again)).toBe(index);
  const next = await successor(refresh(service, first.body.refresh_token));
  expect(await expectItsPlace(await refresh(service, next))).toBe(index);
});

test('refreshes of one token at once give a session one place', async () => {
  const { id, refreshToken } = await start(service, await newOwner(service));
  await run(sql`update sessions set status_index = null where id = ${id}`);
  const key = crypto.randomUUID();
  const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(service, refreshToken, key)));
  const places = await Promise.all(answers.map(expectItsPlace));
  expect(new Set(places).size).toBe(1);
  expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
});
