// Guessing at one address: some tries are free, then pauses grow, and nobody is locked out for good.

import { expect, test } from 'vitest';
import {
  freeLoginAttempts,
  loginAttemptsKeptSeconds,
  loginPauseSeconds,
  maximumLoginPauseSeconds,
} from '../../src/lifetimes.ts';
import { insertResetGrant, newPerson } from '../mail/tables.ts';
import { newAddress, password, type Service, startService } from '../service.ts';
import { attemptsAt, begin, failedSignIns, failuresOf, logIn, newAccount, shown } from './accounts.ts';

/** Guesses that are looked at before the first pause. */
const looks = freeLoginAttempts + 1;

async function guess(service: Service, email: string, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    expect(await logIn(service, email, 'wrong horse')).toMatchObject({ status: 401 });
  }
}

test('who mistypes a few times is not kept waiting', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  await guess(service, email, freeLoginAttempts);
  expect(await logIn(service, email, password)).toMatchObject({ status: 200 });
});

test('in a pause the right password is answered as a wrong one is, and after it as a right one', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  await guess(service, email, looks);
  const wrong = await logIn(service, email, 'wrong horse');
  const right = await logIn(service, email, password);
  expect(right.status).toBe(401);
  expect(shown(right)).toEqual(shown(wrong));
  service.clock.advance(loginPauseSeconds - 1);
  expect(await logIn(service, email, password)).toMatchObject({ status: 401 });
  service.clock.advance(1);
  expect(await logIn(service, email, password)).toMatchObject({ status: 200 });
});

test('tries during a pause do not lengthen it', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  await guess(service, email, looks);
  await guess(service, email, 10);
  expect(await attemptsAt(service, email)).toEqual({ attempts: looks, pause: loginPauseSeconds });
});

test('each try after a pause doubles it, up to the longest, and never beyond', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  await guess(service, email, freeLoginAttempts);
  expect(await attemptsAt(service, email)).toEqual({ attempts: freeLoginAttempts, pause: 0 });
  const pauses: number[] = [];
  for (let time = 0; time < 40; time += 1) {
    await guess(service, email, 1);
    const { pause = 0 } = (await attemptsAt(service, email)) ?? {};
    pauses.push(pause);
    service.clock.advance(pause);
  }
  const doubling = pauses.map((_, index) =>
    Math.min(loginPauseSeconds * 2 ** index, maximumLoginPauseSeconds),
  );
  expect(pauses).toEqual(doubling);
  // After all of it, the owner signs in.
  expect(await logIn(service, email, password)).toMatchObject({ status: 200 });
});

test('tries are forgotten after a day without one', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  await guess(service, email, looks);
  service.clock.advance(loginAttemptsKeptSeconds);
  await guess(service, email, 1);
  expect(await attemptsAt(service, email)).toEqual({ attempts: 1, pause: 0 });
});

test('a login that succeeds clears them', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  await guess(service, email, freeLoginAttempts);
  await logIn(service, email, password);
  expect(await attemptsAt(service, email)).toBeUndefined();
  await guess(service, email, freeLoginAttempts);
  expect(await logIn(service, email, password)).toMatchObject({ status: 200 });
});

test('a password reset clears them, pause and all', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  await guess(service, email, looks + 1);
  const token = await insertResetGrant(service, email);
  const chosen = 'velvet sparrow tunnel mint';
  await service.call('POST', '/api/auth/reset-password', { json: { token, password: chosen } });
  expect(await attemptsAt(service, email)).toBeUndefined();
  expect(await logIn(service, email, chosen)).toMatchObject({ status: 200 });
});

test('the right password of an address that is not verified is no failure: tries are forgotten, and nothing is written down', async () => {
  const service = await startService();
  const bcrypt = '$2b$04$VRPDlm7dsL0ccOTlpW2Rne4ZRYRMb.hqE2ejXn1X1sZF2DkUazJ/S';
  const email = await newAccount(service, bcrypt, { isVerified: false });
  const right = 'correct horse battery staple';
  await guess(service, email, freeLoginAttempts);
  const before = await failuresOf(service, email);
  for (let time = 0; time < looks; time += 1) {
    expect(await logIn(service, email, right)).toMatchObject({ status: 403, trips: 2 });
    expect(await attemptsAt(service, email)).toBeUndefined();
    expect(await failedSignIns(service, email)).toBe(0);
  }
  expect(await failuresOf(service, email)).toEqual(before);
});

test('an address that nobody has is counted, paused and answered like any other', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const nobody = newAddress();
  for (let time = 0; time < looks + 2; time += 1) {
    const [known, unknown] = [await logIn(service, email, 'wrong'), await logIn(service, nobody, 'wrong')];
    expect(shown(known)).toEqual(shown(unknown));
    expect(await attemptsAt(service, email)).toEqual(await attemptsAt(service, nobody));
  }
  expect(await attemptsAt(service, nobody)).toEqual({ attempts: looks, pause: loginPauseSeconds });
});

test('an address is one however it is written, and another address is another', async () => {
  const service = await startService();
  const [{ email }, other] = [await newPerson(service), await newPerson(service)];
  for (let time = 0; time < looks; time += 1) {
    await guess(service, time % 2 ? email.toUpperCase() : ` ${email} `, 1);
  }
  expect(await logIn(service, email, password)).toMatchObject({ status: 401 });
  expect(await logIn(service, other.email, password)).toMatchObject({ status: 200 });
});

test('guesses at once cannot slip under the limit', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const begun = await Promise.all(Array.from({ length: 60 }, () => begin(service, email)));
  expect(begun.filter(({ is_locked }) => !is_locked)).toHaveLength(looks);
  expect(await logIn(service, email, password)).toMatchObject({ status: 401 });
});

test('guesses at once after a pause are one', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  await guess(service, email, looks);
  service.clock.advance(loginPauseSeconds);
  const answers = await Promise.all(Array.from({ length: 20 }, () => logIn(service, email, 'wrong horse')));
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(401));
  expect(await attemptsAt(service, email)).toEqual({ attempts: looks + 1, pause: 2 * loginPauseSeconds });
});
