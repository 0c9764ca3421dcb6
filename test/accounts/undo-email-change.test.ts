// The address that an account has left can have it back for a week, whatever came after: nothing that a thief did in between holds.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { logIn } from '../login/accounts.ts';
import { byCode, byLink, forgot, otherPassword, reset } from '../mail/granted.ts';
import { mailsTo, newAddress, password, type Service, startService } from '../service.ts';
import { changed, changing, confirm, newest, tokenIn, undo } from './mailed.ts';
import { another, type Person, problem, signedIn } from './people.ts';

const invalidToken = problem(400, 'invalid-token');
const resetPassword = 'copper anvil window plum';

/** The mail that follows an undo. */
const mailOfUndo = (email: string) => newest(email, 'was undone');

/** By the mail of the undo, as its owner does. */
async function chooseAnew(service: Service, email: string): Promise<Person> {
  const token = tokenIn(await mailOfUndo(email));
  expect(await reset(service, { token }, resetPassword)).toMatchObject({ status: 204 });
  return another(service, email, { password: resetPassword });
}

async function emailOf(service: Service, id: string): Promise<unknown> {
  const [user] = await service.dependencies.database.query<{ email: string }>(
    sql`select email from users where id = ${id}`,
    { repeatable: true },
  );
  return user?.email;
}

test('the address is back, every session is over, the password is void, and the mail that follows opens it again', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const phone = await another(service, person.email);
  const thiefs = newAddress();
  const token = await changed(person, person.email, thiefs);
  service.clock.advance(1);
  const answer = await undo(service, token);
  expect(answer).toMatchObject({ status: 204, text: '', trips: 1 });

  expect(await emailOf(service, person.id)).toBe(person.email);
  for (const { call, refresh_token } of [person, phone]) {
    expect(await call('GET', '/api/users/me')).toMatchObject(problem(401, 'session-ended'));
    const json = { refresh_token };
    expect(await service.call('POST', '/api/auth/refresh', { json })).toMatchObject({ status: 401 });
  }
  const listed = await service.dependencies.database.query(
    sql`select jti from revoked_tokens where session_id in (${person.session_id}, ${phone.session_id})
      and reason = 'email-change-undone'`,
    { repeatable: true },
  );
  expect(listed).toHaveLength(2);
  for (const email of [person.email, thiefs])
    expect(await logIn(service, email, password)).toMatchObject(problem(401, 'invalid-credentials'));
  const owner = await chooseAnew(service, person.email);
  expect(owner.id).toBe(person.id);
  const { body } = await owner.call('GET', '/api/users/me/security-events');
  const kinds = body.data.map(({ kind }: { kind: string }) => kind);
  expect(kinds).toContain('email-change-undone');
  const me = await owner.call('GET', '/api/users/me');
  expect(me.body).toMatchObject({ email: person.email, email_verified: true });
});

test('a reset at the address that was undone opens nothing, and one that was asked for there before neither', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const thiefs = newAddress();
  const token = await changed(person, person.email, thiefs);
  const before = await forgot(service, thiefs);
  await undo(service, token);
  for (const way of [byLink, byCode])
    expect(await reset(service, way(before), otherPassword)).toMatchObject(invalidToken);
  const { length } = await mailsTo(thiefs);
  await service.call('POST', '/api/auth/forgot-password', { json: { email: thiefs } });
  expect(await mailsTo(thiefs)).toHaveLength(length);
});

test('A to B to C: the first link gives the account back to A, and the one of B is dead then', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const second = newAddress();
  const toA = await changed(person, person.email, second);
  service.clock.advance(1);
  const toB = await changed(person, second);
  service.clock.advance(1);
  expect(await undo(service, toA)).toMatchObject({ status: 204 });
  expect(await emailOf(service, person.id)).toBe(person.email);
  expect(await undo(service, toB)).toMatchObject(invalidToken);
  expect(await emailOf(service, person.id)).toBe(person.email);
  await chooseAnew(service, person.email);
});

test('A to B to C: the link of B gives it back to B, and A’s to A after that', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const second = newAddress();
  const toA = await changed(person, person.email, second);
  service.clock.advance(1);
  const toB = await changed(person, second);
  service.clock.advance(1);
  expect(await undo(service, toB)).toMatchObject({ status: 204 });
  expect(await emailOf(service, person.id)).toBe(second);
  const thief = await chooseAnew(service, second);
  service.clock.advance(1);
  expect(await undo(service, toA)).toMatchObject({ status: 204 });
  expect(await emailOf(service, person.id)).toBe(person.email);
  expect(await thief.call('GET', '/api/users/me')).toMatchObject(problem(401, 'session-ended'));
  await chooseAnew(service, person.email);
});

test('what a thief prepared meanwhile is void: a pending change, a reset, a known device', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const thiefs = newAddress();
  const token = await changed(person, person.email, thiefs);
  const thief = await another(service, thiefs, { device_name: 'Thief' });
  const pending = await changing(thief);
  await undo(service, token);
  for (const way of [byLink, byCode]) expect((await confirm(thief, way(pending))).status).not.toBe(204);
  expect(await confirm(service, byLink(pending))).toMatchObject(invalidToken);
  const devices = await service.dependencies.database.query(
    sql`select id from known_devices where user_id = ${person.id}`,
    { repeatable: true },
  );
  expect(devices).toEqual([]);
  expect(await emailOf(service, person.id)).toBe(person.email);
});

test('a used link is dead, and one older than a week', async () => {
  const service = await startService({ REFRESH_TOKEN_TTL: '2592000' });
  const first = await signedIn(service);
  const used = await changed(first, first.email);
  expect(await undo(service, used)).toMatchObject({ status: 204 });
  const { length } = await mailsTo(first.email);
  expect(await undo(service, used)).toMatchObject(invalidToken);
  expect(await mailsTo(first.email)).toHaveLength(length);

  const second = await signedIn(service);
  const newEmail = newAddress();
  const old = await changed(second, second.email, newEmail);
  service.clock.advance(7 * 24 * 60 * 60 + 1);
  expect(await undo(service, old)).toMatchObject(invalidToken);
  expect(await emailOf(service, second.id)).toBe(newEmail);
});

test('the link works up to the end of the week', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const token = await changed(person, person.email);
  service.clock.advance(7 * 24 * 60 * 60 - 60);
  expect(await undo(service, token)).toMatchObject({ status: 204 });
  await chooseAnew(service, person.email);
});

test('the call once more with its key has the same outcome, undoes nothing more and mails nothing more', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const token = await changed(person, person.email);
  const key = { 'Idempotency-Key': crypto.randomUUID() };
  expect(await undo(service, token, key)).toMatchObject({ status: 204 });
  const { length } = await mailsTo(person.email);
  const owner = await chooseAnew(service, person.email);
  service.clock.advance(60);
  expect(await undo(service, token, key)).toMatchObject({ status: 204 });
  expect((await owner.call('GET', '/api/users/me')).status).toBe(200);
  expect(await undo(service, token, { 'Idempotency-Key': crypto.randomUUID() })).toMatchObject(invalidToken);
  // Beside it came the word of the reset, and of the sign-in that followed.
  const later = (await mailsTo(person.email)).slice(length).map(({ subject }) => subject);
  expect(later.filter((subject) => subject.includes('was undone'))).toEqual([]);
  service.clock.advance(10 * 60);
  expect(await undo(service, token, key)).toMatchObject(invalidToken);
});

test('an answer that was lost on the way from the database is found again', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const token = await changed(person, person.email);
  const { transport } = service;
  service.transport = async (input, init) => {
    service.transport = transport;
    await transport(input, init);
    throw new TypeError('the answer is lost');
  };
  expect(await undo(service, token)).toMatchObject({ status: 204 });
  await chooseAnew(service, person.email);
});

test('of many that press at once one undoes it, 10 times', async () => {
  const service = await startService();
  for (let round = 0; round < 10; round += 1) {
    const person = await signedIn(service);
    const token = await changed(person, person.email);
    const answers = await Promise.all(Array.from({ length: 6 }, () => undo(service, token)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, ...Array(5).fill(400)]);
    const mails = await mailsTo(person.email);
    expect(mails.filter(({ subject }) => subject.includes('was undone'))).toHaveLength(1);
  }
});

test('the link of a mail is no other kind’s, and no other kind’s is one', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const token = await changed(person, person.email);
  const resetLink = await forgot(service, (await person.call('GET', '/api/users/me')).body.email);
  const json = { token, password: otherPassword, name: 'Ada' };
  for (const path of ['verify-email', 'reset-password'])
    expect(await service.call('POST', `/api/auth/${path}`, { json })).toMatchObject(invalidToken);
  for (const given of [resetLink.token, `u${resetLink.token.slice(1)}`, 'u', `u${'A'.repeat(43)}`])
    expect(await undo(service, given)).toMatchObject(invalidToken);
  expect(await undo(service, token)).toMatchObject({ status: 204 });
});

test('a deleted account is not had back', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const token = await changed(person, person.email);
  expect(await person.call('DELETE', '/api/users/me', { json: { password } })).toMatchObject({ status: 204 });
  expect(await undo(service, token)).toMatchObject(invalidToken);
});
