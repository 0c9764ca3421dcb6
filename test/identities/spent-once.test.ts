// An ID token and its nonce are used once: a repeat of the same call uses them again, at once and late.

import { sql } from 'drizzle-orm/sql/sql';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { type Service, startService } from '../service.ts';
import { newOwner } from '../sessions/driver.ts';
import { lineUp } from '../sessions/line-up.ts';
import { show, spend, verdict } from './given.ts';
import { type Claims, type Issuers, newNonce, startIssuers, withProviders } from './issuer.ts';

let service: Service;
let issuers: Issuers;
let nonce: string;
beforeAll(async () => {
  service = await startService(withProviders);
});
beforeEach(async () => {
  issuers = startIssuers(service);
  nonce = await newNonce(service);
});

const seconds = () => Math.floor(service.clock.now.getTime() / 1000);

const shown = async (claims: Claims = {}) =>
  show(service, 'apple', { id_token: await issuers.apple.token({ nonce, ...claims }) });

test('is how often a token is used; a repeat of the same call uses it again', async () => {
  const identity = await shown();
  expect(await spend(service, identity, 'one')).toBe(true);
  expect(await spend(service, identity, 'one')).toBe(true);
  expect(await spend(service, identity, 'two')).toBe(false);
  expect(await spend(service, identity, 'one')).toBe(true);
});

test('is how often a nonce is, whatever token carries it; the token that came late is not spent', async () => {
  const [first, second] = [await shown(), await shown()];
  expect(await spend(service, first, 'one')).toBe(true);
  expect(await spend(service, second, 'two')).toBe(false);
  const [token] = second.uses;
  if (!token) throw new Error('no token');
  expect(await spend(service, { uses: [token], isFresh: true }, 'three')).toBe(true);
});

test('a token without a nonce is used once as well', async () => {
  const identity = await show(service, 'acme', { id_token: await issuers.acme.token() });
  expect(await spend(service, identity, 'one')).toBe(true);
  expect(await spend(service, identity, 'two')).toBe(false);
});

test('a statement that finds nothing spends nothing', async () => {
  const identity = await shown();
  expect(await spend(service, identity, 'one', sql`select 1 as found where false`)).toBe(false);
  expect(await spend(service, identity, 'two')).toBe(true);
});

test('of twenty calls at once one uses it, and of twenty repeats all', async () => {
  const identity = await shown();
  const calls = Array.from({ length: 20 }, (_, call) => spend(service, identity, `call ${call}`));
  expect((await Promise.all(calls)).filter(Boolean)).toEqual([true]);
  const repeated = await show(service, 'apple', {
    id_token: await issuers.apple.token({ nonce: await newNonce(service) }),
  });
  const repeats = Array.from({ length: 20 }, () => spend(service, repeated, 'the same'));
  expect((await Promise.all(repeats)).filter(Boolean)).toHaveLength(20);
});

test('of calls that wait for one row the first uses it, and so do its repeats', async () => {
  const { userId } = await newOwner(service);
  const user = sql`select 1 as found from users where id = ${userId} for no key update`;
  const identity = await shown();
  const calls = ['one', 'two', 'one'].map((call) => () => spend(service, identity, call, user));
  // None of them saw what the first has spent, when it began.
  expect(await lineUp(service, { table: 'users', id: userId }, calls)).toEqual([true, false, true]);
});

test('the same call may come again when token and nonce have ended, for ten minutes; another one may not', async () => {
  const id_token = await issuers.apple.token({ nonce, exp: seconds() + 60 });
  const used = await show(service, 'apple', { id_token });
  const unused = await show(service, 'apple', {
    id_token: await issuers.apple.token({ nonce: await newNonce(service) }),
  });
  expect(await spend(service, used, 'one')).toBe(true);
  service.clock.advance(600);
  const late = await show(service, 'apple', { id_token });
  expect(late).toMatchObject({ isFresh: false, uses: used.uses });
  expect(await spend(service, late, 'one')).toBe(true);
  expect(await spend(service, late, 'two')).toBe(false);
  expect(await spend(service, { ...unused, isFresh: false }, 'one')).toBe(false);
  service.clock.advance(66);
  expect(await verdict(service, 'apple', { id_token })).toMatch(/expired/);
});

test('another signature makes no other token of it', async () => {
  const claims = { nonce, sub: 'one', email: undefined };
  const [one, two] = [await issuers.acme.token(claims), await issuers.acme.token(claims)];
  // ECDSA is random: two signatures of one text.
  expect(one).not.toBe(two);
  const shownOnes = await Promise.all([one, two].map((id_token) => show(service, 'acme', { id_token })));
  expect(shownOnes[0]?.uses).toEqual(shownOnes[1]?.uses);
});
