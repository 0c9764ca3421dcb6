// The call that turns TOTP on, sent again, at once with others and through faults: it is on once, with one set of codes.

import { expect, test } from 'vitest';
import { idempotentCallSeconds } from '../../src/lifetimes.ts';
import { another, problem, signedIn } from '../accounts/people.ts';
import { startOwnService } from '../mail/own-service.ts';
import { startService } from '../service.ts';
import { lineUp } from '../sessions/line-up.ts';
import { aal2Wanted, begin, confirm, enrol, nothingWaits, twoFactorPerson } from './authenticator.ts';
import { changesOf, rowsOf, userRow } from './rows.ts';

test('with its key a repeat has the same codes, for ten minutes, and tells nobody again', async () => {
  const { service, person } = await begin();
  const app = await enrol(service, person);
  const [key, code] = [crypto.randomUUID(), app.code()];
  const first = await confirm(person, code, key);
  service.clock.advance(idempotentCallSeconds - 1);
  // The code is of long ago, and the token is not at the user's level any more.
  expect(await confirm(person, code, key)).toMatchObject({ status: 200, body: first.body, trips: 1 });
  expect(await changesOf(service, person)).toHaveLength(1);
  expect(await userRow(service, person)).toMatchObject({ factors_version: 1 });
  service.clock.advance(1);
  expect(await confirm(person, code, key)).toMatchObject(aal2Wanted);
});

test('another key, another code, no key and another session are other calls', async () => {
  const { service, person } = await begin();
  const other = await another(service, person.email);
  const app = await enrol(service, person);
  const [key, code] = [crypto.randomUUID(), app.code()];
  await confirm(person, code, key);
  expect(await confirm(person, code)).toMatchObject(aal2Wanted);
  expect(await confirm(person, code, crypto.randomUUID())).toMatchObject(aal2Wanted);
  expect(await confirm(person, app.code(1), key)).toMatchObject(aal2Wanted);
  expect(await confirm(other, code, key)).toMatchObject(aal2Wanted);
});

test('twenty calls at once with one key are one, with one set of codes', async () => {
  const { service, person } = await begin();
  const app = await enrol(service, person);
  const [key, code] = [crypto.randomUUID(), app.code()];
  const answers = await Promise.all(Array.from({ length: 20 }, () => confirm(person, code, key)));
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect(await userRow(service, person)).toMatchObject({ factors_version: 1 });
  expect(await changesOf(service, person)).toEqual([expect.objectContaining({ events: 1 })]);
});

test('of twenty calls at once without a key one turns it on', async () => {
  const { service, person } = await begin();
  const app = await enrol(service, person);
  const answers = await Promise.all(Array.from({ length: 20 }, () => confirm(person, app.code())));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  for (const answer of answers.filter(({ status }) => status !== 200))
    expect(answer).toMatchObject(aal2Wanted);
  expect(await userRow(service, person)).toMatchObject({ factors_version: 1 });
  expect(await changesOf(service, person)).toHaveLength(1);
});

test('of twenty calls at once that replace a secret one does', async () => {
  const service = await startService();
  const person = await twoFactorPerson(service);
  service.clock.advance(60);
  const app = await enrol(service, person);
  const answers = await Promise.all(Array.from({ length: 20 }, () => confirm(person, app.code())));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  for (const answer of answers.filter(({ status }) => status !== 200))
    expect(answer).toMatchObject(nothingWaits);
  expect(await userRow(service, person)).toMatchObject({ factors_version: 2 });
  expect(await changesOf(service, person)).toHaveLength(2);
});

// Both have read that there is no second factor yet.
test('of two sessions that turn on secrets of their own at once the first wins', async () => {
  const service = await startOwnService();
  const person = await signedIn(service);
  const other = await another(service, person.email);
  const [own, others] = [await enrol(service, person), await enrol(service, other)];
  const [first, second] = await lineUp(service, { table: 'users', id: person.id }, [
    () => confirm(person, own.code()),
    () => confirm(other, others.code()),
  ]);
  expect(first).toMatchObject({ status: 200 });
  expect(second).toMatchObject(aal2Wanted);
  const row = (await rowsOf(service, person)).find(({ session_id }) => session_id === person.session_id);
  expect(await userRow(service, person)).toEqual({ totp_id: row?.id, factors_version: 1 });
});

test('a session that was ended while its call waited turns nothing on', async () => {
  const service = await startOwnService();
  const person = await signedIn(service);
  const other = await another(service, person.email);
  const app = await enrol(service, person);
  const [, late] = await lineUp(service, { table: 'users', id: person.id }, [
    () => other.call('POST', '/api/auth/logout-all'),
    () => confirm(person, app.code()),
  ]);
  expect(late).toMatchObject(problem(401, 'session-ended'));
  expect(await userRow(service, person)).toEqual({ totp_id: null, factors_version: 0 });
});

test('a fault after the statement has run costs nothing, with a key or without', async () => {
  for (const key of [crypto.randomUUID(), undefined]) {
    const { service, person } = await begin();
    const app = await enrol(service, person);
    const { transport } = service;
    let faults = 0;
    service.transport = async (input, init) => {
      const response = await transport(input, init);
      if (!String(init?.body).includes('totp-added') || faults > 0) return response;
      faults += 1;
      throw new TypeError('connection lost');
    };
    expect(await confirm(person, app.code(), key)).toMatchObject({ status: 200 });
    expect(faults).toBe(1);
    expect(await userRow(service, person)).toMatchObject({ factors_version: 1 });
    expect(await changesOf(service, person)).toEqual([expect.objectContaining({ events: 1 })]);
  }
});

test('a session that ended confirms nothing, and gets no codes for its key', async () => {
  const { service, person } = await begin();
  const app = await enrol(service, person);
  const [key, code] = [crypto.randomUUID(), app.code()];
  await confirm(person, code, key);
  await person.call('POST', '/api/auth/logout-all');
  expect(await confirm(person, code, key)).toMatchObject(problem(401, 'session-ended'));
});
