// Guessing the password inside a session, as who holds a stolen access token may: the same tries and pauses as at a login.

import { expect, test } from 'vitest';
import { freeLoginAttempts, loginPauseSeconds, maximumLoginPauseSeconds } from '../../src/lifetimes.ts';
import { otherPassword } from '../mail/granted.ts';
import { dump } from '../mail/tables.ts';
import { newAddress, password, type Service, startService } from '../service.ts';
import { another, type Person, problem, signedIn } from './people.ts';

/** Guesses that are looked at before the first pause. */
const looks = freeLoginAttempts + 1;

const wrong = problem(401, 'invalid-credentials');
const paused = problem(429, 'too-many-requests');

/** The endpoints that ask for the password once more. */
const asks = {
  'change of the password': (person: Person, guess: string) =>
    person.call('POST', '/api/auth/change-password', {
      json: { current_password: guess, new_password: otherPassword },
    }),
  'change of the address': (person: Person, guess: string) =>
    person.call('POST', '/api/users/me/email', { json: { new_email: newAddress(), password: guess } }),
  deletion: (person: Person, guess: string) =>
    person.call('DELETE', '/api/users/me', { json: { password: guess } }),
  reauthentication: (person: Person, guess: string) =>
    person.call('POST', '/api/auth/reauthenticate', { json: { method: 'password', password: guess } }),
};

async function guess(person: Person, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    const ask = Object.values(asks)[time % 4];
    expect(await ask?.(person, 'wrong horse')).toMatchObject(wrong);
  }
}

const rowsOfAttempts = async (service: Service) =>
  (await dump(service)).filter((row) => row.startsWith('login_attempts ')).length;

test.each(Object.keys(asks) as (keyof typeof asks)[])(
  'guesses at any of the endpoints count, and in the pause the right password is not looked at (%s)',
  async (name) => {
    const service = await startService();
    const person = await signedIn(service);
    await guess(person, looks);
    const before = (await dump(service)).sort();
    for (const given of ['wrong horse', password]) {
      const answer = await asks[name](person, given);
      expect(answer).toMatchObject({ ...paused, trips: 1 });
      expect(answer.headers.get('Retry-After')).toBe(String(loginPauseSeconds));
    }
    expect((await dump(service)).sort()).toEqual(before);
    service.clock.advance(loginPauseSeconds);
    expect((await asks[name](person, password)).status).toBeLessThan(300);
  },
);

test('each guess after a pause doubles it, up to the longest', async () => {
  const service = await startService({ ACCESS_TOKEN_TTL: '864000' });
  const person = await signedIn(service);
  await guess(person, looks);
  const pauses: number[] = [];
  for (let time = 0; time < 8; time += 1) {
    const seconds = Number((await asks.deletion(person, password)).headers.get('Retry-After'));
    pauses.push(seconds);
    service.clock.advance(seconds);
    await guess(person, 1);
  }
  expect(pauses).toEqual(
    pauses.map((_, index) => Math.min(loginPauseSeconds * 2 ** index, maximumLoginPauseSeconds)),
  );
});

test('guesses at one moment do not slip under the limit', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const answers = await Promise.all(
    Array.from({ length: 40 }, () => asks['change of the password'](person, 'wrong horse')),
  );
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(looks);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(40 - looks);
});

test('a pause holds nobody up elsewhere: not another device, and not a login', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const device = await another(service, person.email);
  await guess(person, looks);
  expect(await asks['change of the address'](person, password)).toMatchObject(paused);
  expect(await asks['change of the address'](device, password)).toMatchObject({ status: 202 });
  expect(await another(service, person.email)).toMatchObject({ email: person.email });
});

test('the right password makes guesses before it be forgotten', async () => {
  const service = await startService();
  const { email } = await signedIn(service);
  for (const ask of [asks['change of the address'], asks['change of the password'], asks.deletion]) {
    // A change of the password ends the session.
    const current = ask === asks.deletion ? otherPassword : password;
    const person = await another(service, email, { password: current });
    const before = await rowsOfAttempts(service);
    await guess(person, freeLoginAttempts);
    expect(await rowsOfAttempts(service)).toBe(before + 1);
    expect((await ask(person, current)).status).toBeLessThan(300);
    expect(await rowsOfAttempts(service)).toBe(before);
  }
});

test('who knows the password and chooses a weak one does not guess, however often', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const choose = (new_password: string) =>
    person.call('POST', '/api/auth/change-password', { json: { current_password: password, new_password } });
  for (let time = 0; time <= looks; time += 1) {
    expect(await choose('password1234567')).toMatchObject({
      ...problem(422, 'weak-password'),
      trips: 2,
    });
  }
  expect(await choose(otherPassword)).toMatchObject({ status: 200 });
});

test('a deleted account leaves no count of guesses, whatever session or device they were made on', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const device = await another(service, person.email);
  const before = await rowsOfAttempts(service);
  await guess(person, 2);
  await guess(device, 1);
  const { email, known_device } = device;
  await service.call('POST', '/api/auth/login', { json: { email, password: 'wrong', known_device } });
  expect(await rowsOfAttempts(service)).toBe(before + 3);
  expect((await asks.deletion(person, password)).status).toBe(204);
  expect(await rowsOfAttempts(service)).toBe(before);
});
