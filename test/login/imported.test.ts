// Somebody whose hash another system made logs in with the password that they have, and the hash is ours from then on.

import { hashSync } from 'bcryptjs';
import { expect, test } from 'vitest';
import { times } from '../sessions/driver.ts';
import { hashOf, logIn, newAccount, shown, startAtProductionCost } from './accounts.ts';

const password = 'correct horse battery staple';
const today = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/;

/** Of `password`, by the programs that test/unit/passwords/imported.test.ts names. */
const made: Record<string, string> = {
  'bcrypt, 2a': '$2a$04$Iyk9Pw2lHtu7GYSbYlQm9e8Hx6z1.GJBujMWPacUoFxOxbLK2RTN6',
  'bcrypt, 2b': '$2b$04$VRPDlm7dsL0ccOTlpW2Rne4ZRYRMb.hqE2ejXn1X1sZF2DkUazJ/S',
  'bcrypt, 2y': '$2y$05$kFbd/oCC5I41CdIL0aZy6.wS4lyBBkTiLGumCmpvJFcZl/Lh4zjJS',
  scrypt: '$scrypt$ln=4,r=8,p=2$vzfm/J8T4tybc87ZG+PcGw$IFud0nOa+4m6EfNSMB+e5By45bw76honh94p05t7pQo',
  'PBKDF2, SHA-1': '$pbkdf2$100000$YuwdgxCiNGbMuRcCgJASIg$JRoy99aZCH6fFgutL8HsIm9IY0I',
  'PBKDF2, SHA-256':
    '$pbkdf2-sha256$29000$T8lZC6F0zllrLaX0PkdoTQ$ynoyoq.BHfK0VMBU5K.1XrH3keupi7ZNce1PhMVEZvE',
  'PBKDF2, SHA-512':
    '$pbkdf2-sha512$25000$.L/3vpfy/l9LSSkFoHTuXQ$vwhxfe6hugjDfeiDrJ1OEIyFFwNndj4.RjW6brYBFp7CVqv4A8sRksBJyCRlAoTHYdKx4YRfnsZrLtMjhDj3gA',
  Argon2i: '$argon2i$v=19$m=1024,t=2,p=1$RG9nc2xidzVUdHlZSS5JNQ$o/VjXmG0lKefaRUSbEtXWdG6U+WiuUlZFIwCefLsfPg',
  Argon2d: '$argon2d$v=19$m=512,t=2,p=2$/wanvsprgojYqZJ2NBq37A$Gl6KQUKA1DotyJbtTzqLxg',
  'Argon2id of another cost': '$argon2id$v=19$m=512,t=2,p=2$nl2wFiCE7xLY/1GwxHQv/w$en96t5+sUqK6FOF+xOZyhA',
};

test.for(Object.entries(made))('%s', async ([, hash]) => {
  const service = await startAtProductionCost();
  const email = await newAccount(service, hash);

  const wrong = await logIn(service, email, `${password}!`);
  expect(shown(wrong)).toEqual(shown(await logIn(service, 'nobody@example.test', password)));
  expect(wrong.status).toBe(401);
  expect(await hashOf(service, email)).toBe(hash);

  expect(await logIn(service, email, password)).toMatchObject({ status: 200, trips: 2 });
  const replaced = await hashOf(service, email);
  expect(replaced).toMatch(today);

  expect(await logIn(service, email, `${password}!`)).toMatchObject({ status: 401 });
  expect(await logIn(service, email, password)).toMatchObject({ status: 200, trips: 2 });
  expect(await hashOf(service, email)).toBe(replaced);
});

test('first logins at once all succeed, and the hash is replaced', async () => {
  const service = await startAtProductionCost();
  for (let round = 0; round < times(5, 200); round += 1) {
    const email = await newAccount(service, made['bcrypt, 2b'] ?? '');
    const answers = await Promise.all([1, 2, 3].map(() => logIn(service, email, password)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await hashOf(service, email)).toMatch(today);
  }
});

test('who has not verified their address is told so, and their hash stays until they have', async () => {
  const service = await startAtProductionCost();
  const hash = made['bcrypt, 2b'] ?? '';
  const email = await newAccount(service, hash, { isVerified: false });
  expect(await logIn(service, email, password)).toMatchObject({ status: 403 });
  expect(await hashOf(service, email)).toBe(hash);
});

test.for([
  ['a cost that no login may ask for', '$2b$15$1aPkTdzmAKnqttj8LSVJOe6/HUzNDWBws6ofN0mvCJS8Aojd7QsWO', 'x'],
  ['no hash at all', 'none', password],
])('%s is answered as a wrong password', async ([, hash = '', right = '']) => {
  const service = await startAtProductionCost();
  const email = await newAccount(service, hash);
  expect(shown(await logIn(service, email, right))).toEqual(
    shown(await logIn(service, 'somebody@example.test', right)),
  );
  expect(await hashOf(service, email)).toBe(hash);
});

test('bcrypt read 72 bytes: who types more is let in, and what bcrypt did not read becomes no password', async () => {
  const service = await startAtProductionCost();
  const read = 'seventy-two letters, of which the last is the last one that bcrypt reads'.padEnd(72, '.');
  const whole = `${read}, and a tail`;
  const email = await newAccount(service, hashSync(whole, 4));
  const before = await hashOf(service, email);
  for (const typed of [`${read}, and a slip`, whole, `${read}x`]) {
    expect(await logIn(service, email, typed)).toMatchObject({ status: 200 });
    expect(await hashOf(service, email)).toBe(before);
  }
  // A letter of two bytes that 72 bytes cut in half.
  expect(await logIn(service, email, `${read.slice(0, 71)}é`)).toMatchObject({ status: 401 });
  // All of it was read: nothing is a guess.
  expect(await logIn(service, email, read)).toMatchObject({ status: 200 });
  expect(await hashOf(service, email)).toMatch(today);
});
