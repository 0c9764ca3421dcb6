// A mailed code signs in: to the account of whoever has proven the address, to one that was imported, or to a new one.

import { sql } from 'drizzle-orm/sql/sql';
import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { signInCodeSeconds } from '../../src/lifetimes.ts';
import { another, problem, signedIn } from '../accounts/people.ts';
import { newKey as newDeviceKey } from '../dpop/prover.ts';
import { levelIn, levelOf, seconds } from '../level/tokens.ts';
import { failedSignIns, logIn } from '../login/accounts.ts';
import { byCode, byLink, forgot, registered, reset, verify } from '../mail/granted.ts';
import { insertImported, newPerson, queued } from '../mail/tables.ts';
import { mailsTo, newAddress, password } from '../service.ts';
import { refresh } from '../sessions/driver.ts';
import { accountOf, eventsOf, mailed, newKey, start, startOwn, use } from './codes.ts';

const over = problem(400, 'invalid-token');

test('whoever has the address is signed in, in one trip, by a session without a level', async () => {
  const service = await start();
  const person = await signedIn(service);
  const answer = await use(service, await mailed(service, person.email), { device_name: 'Tablet' });
  expect(answer).toMatchObject({ status: 200, trips: 1, body: { token_type: 'Bearer' } });
  expect(answer.headers.get('Cache-Control')).toBe('no-store');
  const claims = decodeJwt(answer.body.access_token);
  expect(claims.sub).toBe(person.id);
  for (const absent of ['acr', 'amr', 'idp', 'guest']) expect(claims).not.toHaveProperty(absent);
  const level = { auth_time: seconds(service), acr: undefined, amr: undefined };
  expect(levelIn(answer)).toEqual(level);
  service.clock.advance(60);
  expect(levelOf((await refresh(service, answer.body.refresh_token)).body.access_token)).toEqual(level);
  const { body } = await person.call('GET', '/api/auth/sessions');
  expect(body.data).toHaveLength(2);
  expect(body.data.find(({ id }: { id: string }) => id === answer.body.session_id)).toMatchObject({
    device_name: 'Tablet',
    amr: [],
  });
  // By any of their ways: nothing surer is to be had of them.
  const bearer = answer.body.access_token;
  expect((await service.call('POST', '/api/users/me/totp', { bearer })).status).toBe(200);
});

test.for([
  ['with the name that came along', { name: ' Ada ' }, 'Ada'],
  ['without a name, where none did', {}, ''],
  ['without a name, where it is null', { name: null }, ''],
] as const)('nobody’s address: an account is made %s', async ([, more, name]) => {
  const service = await start();
  const code = await mailed(service);
  const answer = await use(service, code, more);
  expect(answer).toMatchObject({ status: 200, trips: 1 });
  const me = await service.call('GET', '/api/users/me', { bearer: answer.body.access_token });
  expect(me.body).toMatchObject({ email: code.email, email_verified: true, name, photo: null, role: 'user' });
  expect(await accountOf(service, code.email)).toMatchObject({ password_hash: null, live_sessions: 1 });
  expect(await eventsOf(service, code.email)).toEqual(['email-verified']);
  service.clock.advance(1);
  const again = await use(service, await mailed(service, code.email), { name: 'Mallory' });
  expect(decodeJwt(again.body.access_token).sub).toBe(me.body.id);
  expect(await accountOf(service, code.email)).toMatchObject({ name });
  expect(await eventsOf(service, code.email)).toEqual(['email-verified', 'signed-in']);
  // It has no password, so that none is right.
  expect(await logIn(service, code.email, password)).toMatchObject(problem(401, 'invalid-credentials'));
});

test('an imported account becomes the prover’s, and nothing of what was there is left to anybody', async () => {
  const service = await start();
  const email = newAddress();
  await insertImported(service, email, 'admin');
  const before = await accountOf(service, email);
  // As if whoever made it there had been signed in here, with a device and a picture.
  const { database, newId } = service.dependencies;
  const [sessionId, deviceId, now] = [newId(), newId(), service.clock.now.toISOString()];
  for (const statement of [
    sql`update users set name = 'Mallory', photo = 'https://evil.example/p.png', failed_sign_ins = 99 where email = ${email}`,
    sql`insert into known_devices (id, user_id, password_version, created_at, expires_at)
        select ${deviceId}::uuid, id, password_version, ${now}::timestamptz, ${now}::timestamptz + interval '1 year' from users where email = ${email}`,
    sql`insert into sessions (id, user_id, epoch, rotated_at, expires_at, absolute_expires_at, created_at)
        select ${sessionId}::uuid, id, session_epoch, ${now}::timestamptz, ${now}::timestamptz + interval '1 day',
          ${now}::timestamptz + interval '1 day', ${now}::timestamptz from users where email = ${email}`,
  ])
    await database.query(statement, { repeatable: false });
  const answer = await use(service, await mailed(service, email));
  expect(answer).toMatchObject({ status: 200, trips: 1 });
  const after = await accountOf(service, email);
  expect(after).toMatchObject({ id: before?.id, password_hash: null, role: 'user', name: '', photo: null });
  expect(after).toMatchObject({ failed_sign_ins: 0, live_sessions: 1 });
  expect(after?.email_verified_at).not.toBeNull();
  expect(decodeJwt(answer.body.access_token)['role']).toBe('user');
  expect(await logIn(service, email, password)).toMatchObject(problem(401, 'invalid-credentials'));
  const [device] = await database.query(
    sql`select from known_devices k join users u on u.id = k.user_id and u.password_version = k.password_version where k.id = ${deviceId}`,
    { repeatable: true },
  );
  expect(device).toBeUndefined();
});

test('a code lives ten minutes to the millisecond', async () => {
  expect(signInCodeSeconds).toBe(10 * 60);
  const service = await start();
  const [early, late] = [await mailed(service), await mailed(service)];
  service.clock.advance(signInCodeSeconds - 0.001);
  expect(await use(service, early)).toMatchObject({ status: 200 });
  service.clock.advance(0.001);
  expect(await use(service, late)).toMatchObject(over);
  expect(await accountOf(service, late.email)).toBeUndefined();
});

test('using a code ends every other grant of the address, and theirs end it', async () => {
  const service = await start();
  const { email } = await newPerson(service);
  const [code, other, forgotten, proof] = [
    await mailed(service, email),
    await mailed(service, email),
    await forgot(service, email),
    await registered(service),
  ];
  expect((await use(service, code)).status).toBe(200);
  expect(await use(service, code)).toMatchObject(over);
  expect(await use(service, other)).toMatchObject(over);
  expect(await reset(service, byCode(forgotten))).toMatchObject(over);
  const third = await mailed(service, email);
  expect(await reset(service, byLink(await forgot(service, email)))).toMatchObject({ status: 204 });
  expect(await use(service, third)).toMatchObject(over);
  const ofTheSame = await mailed(service, proof.email);
  expect(await verify(service, byLink(proof))).toMatchObject({ status: 204 });
  expect(await use(service, ofTheSame)).toMatchObject(over);
});

test('a new device is told of by mail, and a known one is not', async () => {
  const service = await startOwn();
  const { email, known_device } = await signedIn(service);
  const told = async () => (await queued(service, email)).filter(({ kind }) => kind === 'new-sign-in').length;
  expect((await use(service, await mailed(service, email), { known_device })).status).toBe(200);
  expect(await told()).toBe(0);
  expect((await use(service, await mailed(service, email), { device_name: 'Thief’s' })).status).toBe(200);
  expect(await told()).toBe(1);
  const mail = (await mailsTo(email)).find(({ subject }) => subject.includes('New sign-in'));
  expect(mail?.text).toContain('Thief’s');
  // It was no password that signed in.
  expect(mail?.text).not.toContain('with your password');
});

test('what was guessed at the password still counts: whoever reads the mail has not shown it', async () => {
  const service = await start();
  const { email } = await newPerson(service);
  for (let guess = 0; guess < 3; guess += 1) await logIn(service, email, 'none of theirs');
  expect((await use(service, await mailed(service, email))).status).toBe(200);
  expect(await failedSignIns(service, email)).toBe(3);
  expect((await logIn(service, email, password)).status).toBe(200);
  expect(await failedSignIns(service, email)).toBe(0);
});

test('in cookies nothing is in the body, and another site gets nothing', async () => {
  const service = await start();
  const cookies = { token_delivery: 'cookie' };
  const { email } = await newPerson(service);
  const code = await mailed(service, email);
  const from = (Origin: string) => use(service, code, cookies, { Origin });
  expect(await from('https://evil.example')).toMatchObject(problem(403, 'cross-site-request'));
  const answer = await from('https://app.example.test');
  expect(answer.status).toBe(200);
  expect(answer.text).not.toMatch(/token"|known_device/);
  expect(answer.headers.getSetCookie().join()).toContain('__Host-refresh_token=');
});

test('a proof of a device’s key binds the session', async () => {
  const service = await start();
  const key = await newDeviceKey();
  const proof = await key.proof('POST /api/auth/login/email-code', service.clock.now);
  const answer = await use(service, await mailed(service), { dpop_mode: 'full' }, { DPoP: proof });
  expect(answer.body.token_type).toBe('DPoP');
  expect(decodeJwt(answer.body.access_token)['cnf']).toEqual({ jkt: key.jkt });
});

test('a repeat after a lost answer gets the same session, while that is as it was', async () => {
  const service = await start();
  for (const email of [newAddress(), (await newPerson(service)).email]) {
    const code = await mailed(service, email);
    const key = newKey();
    const first = await use(service, code, { name: 'Ada' }, key);
    expect(first).toMatchObject({ status: 200, trips: 1 });
    // By the end of the handle as well.
    service.clock.advance(signInCodeSeconds - 1);
    const second = await use(service, code, { name: 'Ada' }, key);
    expect(second).toMatchObject({ status: 200, trips: 1 });
    expect(second.body.refresh_token).toBe(first.body.refresh_token);
    expect(await accountOf(service, email)).toMatchObject({ live_sessions: 1 });
    // Another body, and another key, are other calls.
    expect(await use(service, code, { name: 'Eve' }, key)).toMatchObject(over);
    expect(await use(service, code, { name: 'Ada' }, newKey())).toMatchObject(over);
    await refresh(service, first.body.refresh_token);
    expect(await use(service, code, { name: 'Ada' }, key)).toMatchObject(problem(409, 'refresh-superseded'));
    service.clock.advance(1);
    expect(await use(service, code, { name: 'Ada' }, key)).toMatchObject(over);
  }
});

test('a repeat by the database’s own client is no other sign-in', async () => {
  const service = await start();
  const code = await mailed(service);
  const { transport } = service;
  let lost = 0;
  service.transport = async (input, init) => {
    const answer = await transport(input, init);
    if (!String(init?.body).includes('insert into sessions') || lost > 0) return answer;
    lost += 1;
    throw new Error('the answer was lost');
  };
  const answer = await use(service, code);
  expect([lost, answer.status]).toEqual([1, 200]);
  expect(await accountOf(service, code.email)).toMatchObject({ live_sessions: 1 });
  expect(await eventsOf(service, code.email)).toEqual(['email-verified']);
  expect((await another(service, (await newPerson(service)).email)).id).toBeDefined();
});
