// Codes that are used at once, with each other and with what changes whose the address is, over real connections: one wins, and
// there is one account.

import { sql } from 'drizzle-orm/sql/sql';
import { decodeJwt } from 'jose';
import { expect, inject, test } from 'vitest';
import { addressHash } from '../../src/authentication/destinations.ts';
import { changing, confirm } from '../accounts/mailed.ts';
import { problem, signedIn } from '../accounts/people.ts';
import { twoFactorPerson } from '../factors/authenticator.ts';
import { byCode, byLink, forgot, registered, reset, verify } from '../mail/granted.ts';
import { startSecondIsolate } from '../mail/own-service.ts';
import { insertImported, newPerson } from '../mail/tables.ts';
import { type Answer, newAddress, type Service } from '../service.ts';
import { hold, lineUp, waiting } from '../sessions/line-up.ts';
import { accountOf, mailed, mistyped, newKey, startOwn, use } from './codes.ts';

const rounds = inject('largeRun') ? 100 : 5;
const timeout = rounds * 20_000;
const over = problem(400, 'invalid-token');

async function isolates(): Promise<readonly [Service, Service]> {
  const service = await startOwn();
  return [service, await startSecondIsolate(service, { EMAIL_CODES: 'true' })];
}

const times = <Item>(count: number, make: (index: number) => Promise<Item>): Promise<Item[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)));

const statusesOf = (answers: readonly Answer[]) => answers.map(({ status }) => status).toSorted();

test(`fifty calls at once with one code give one session: ${rounds} times`, { timeout }, async () => {
  const services = await isolates();
  for (let round = 0; round < rounds; round += 1) {
    const email = newAddress();
    if (round % 3 === 1) await newPerson(services[0], email);
    if (round % 3 === 2) await insertImported(services[0], email);
    const code = await mailed(services[0], email);
    const answers = await times(50, (index) => use(services[index % 2] as Service, code));
    expect(statusesOf(answers)).toEqual([200, ...Array(49).fill(400)]);
    expect(await accountOf(services[0], email)).toMatchObject({ live_sessions: 1 });
  }
});

test(`fifty at once with one key are all answered with the one session: ${rounds} times`, {
  timeout,
}, async () => {
  const services = await isolates();
  for (let round = 0; round < rounds; round += 1) {
    const email = newAddress();
    if (round % 3 === 1) await newPerson(services[0], email);
    if (round % 3 === 2) await insertImported(services[0], email);
    const code = await mailed(services[0], email);
    const key = newKey();
    const answers = await times(50, (index) => use(services[index % 2] as Service, code, {}, key));
    expect(statusesOf(answers)).toEqual(Array(50).fill(200));
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
    expect(await accountOf(services[0], email)).toMatchObject({ live_sessions: 1 });
  }
});

test(`one code of an account with a second factor, thirty times at once, is asked for it once: ${rounds} times`, {
  timeout,
}, async () => {
  const services = await isolates();
  const person = await twoFactorPerson(services[0]);
  for (let round = 0; round < rounds; round += 1) {
    services[0].clock.advance(60 * 60);
    const code = await mailed(services[0], person.email);
    const answers = await times(30, (index) => use(services[index % 2] as Service, code));
    expect(statusesOf(answers)).toEqual([...Array(29).fill(400), 403]);
  }
});

test('the right code gains nothing by coming at once with 29 wrong ones', { timeout }, async () => {
  const [service] = await isolates();
  for (let round = 0; round < rounds; round += 1) {
    const code = await mailed(service);
    const answers = await times(30, (index) => use(service, index === 7 ? code : mistyped(code)));
    const wrong = answers.filter(({ body }) => body.type?.endsWith('/invalid-code'));
    expect(wrong.length).toBeLessThanOrEqual(5);
    if (answers[7]?.status !== 200) expect(wrong).toHaveLength(5);
  }
});

test(`a code, a reset, a registration and another code of one address, used at once: one wins, ${rounds} times`, {
  timeout,
}, async () => {
  const services = await isolates();
  const [first, second] = services;
  for (let round = 0; round < rounds; round += 1) {
    const email = newAddress();
    await insertImported(first, email, 'admin');
    const codes = [await mailed(first, email), await mailed(first, email)] as const;
    const [forgotten, proof] = [await forgot(first, email), await registered(first, email)];
    const calls = [
      () => use(first, codes[0]),
      () => reset(second, byCode(forgotten)),
      () => use(second, codes[1]),
      () => verify(first, byLink(proof)),
    ];
    const answers = await times(4, (index) => (calls[(index + round) % 4] as (typeof calls)[0])());
    expect(statusesOf(answers).slice(1)).toEqual([400, 400, 400]);
    const byWord = answers.some(({ status }) => status === 204);
    const account = await accountOf(first, email);
    expect(account).toMatchObject({ role: 'user', live_sessions: byWord ? 0 : 1 });
    expect(account?.password_hash === null).toBe(!byWord);
  }
});

test(`a code and the deletion of the account at once: no account is left, ${rounds} times`, {
  timeout,
}, async () => {
  const [service, other] = await isolates();
  for (let round = 0; round < 2 * rounds; round += 1) {
    const person = await signedIn(service);
    const code = await mailed(service, person.email);
    const calls = [() => use(other, code), () => person.call('DELETE', '/api/users/me')];
    const answers = await times(2, (index) => (calls[(index + round) % 2] as (typeof calls)[0])());
    const [used, deleted] = round % 2 ? answers.toReversed() : answers;
    expect(deleted?.status).toBe(204);
    expect([200, 400]).toContain(used?.status);
    expect(await accountOf(service, person.email)).toBeUndefined();
    if (used?.status === 200) {
      const me = await service.call('GET', '/api/users/me', { bearer: used.body.access_token });
      expect(me.status).toBe(401);
    }
  }
});

test('in whatever order they come, a code and a deletion wait for each other and neither is refused by the database', async () => {
  const [service] = await isolates();
  // Of two that deadlock Postgres refuses one, which the database's client may send once more.
  const faults: string[] = [];
  const { transport } = service;
  service.transport = async (input, init) => {
    const answer = await transport(input, init);
    if (!answer.ok) faults.push(await answer.clone().text());
    return answer;
  };
  for (const order of ['code first', 'deletion first']) {
    const person = await signedIn(service);
    const code = await mailed(service, person.email);
    const deletion = () => person.call('DELETE', '/api/users/me');
    const calls =
      order === 'code first' ? [() => use(service, code), deletion] : [deletion, () => use(service, code)];
    const answers = await lineUp(
      service,
      { table: 'users', id: person.id },
      calls as [() => Promise<Answer>],
    );
    const [used, deleted] = (order === 'code first'
      ? answers
      : [...answers].reverse()) as unknown as Answer[];
    expect([order, deleted?.status, used?.status]).toEqual([order, 204, order === 'code first' ? 200 : 400]);
    expect(await accountOf(service, person.email)).toBeUndefined();
  }
  expect(faults.filter((fault) => !fault.includes('57014'))).toEqual([]);
});

test('an account that leaves the address at this moment is not signed in to, and no other is made there', async () => {
  const [service] = await isolates();
  const person = await signedIn(service);
  const [code, change] = [await mailed(service, person.email), await changing(person)];
  const [changed, used] = await lineUp<[Answer, Answer]>(service, { table: 'users', id: person.id }, [
    () => confirm(service, byLink(change)),
    () => use(service, code),
  ]);
  expect(changed.status).toBe(204);
  expect(used).toMatchObject(over);
  expect(await accountOf(service, person.email)).toBeUndefined();
  expect(await accountOf(service, change.email)).toMatchObject({ id: person.id, live_sessions: 1 });
});

test('an account that somebody else makes with the address at this moment is the one that is signed in to', async () => {
  const [service] = await isolates();
  const code = await mailed(service);
  const destination = await hold(
    service,
    sql`email_destinations where address_hash = ${addressHash(code.email)} and counter = ''`,
  );
  const using = use(service, code, { name: 'Mallory' });
  await waiting(service, 1);
  // As by a provider that vouches for it.
  await newPerson(service, code.email);
  await destination.release();
  const answer = await using;
  expect(answer.status).toBe(200);
  const account = await accountOf(service, code.email);
  expect(decodeJwt(answer.body.access_token).sub).toBe(account?.id);
  expect(account).toMatchObject({ name: 'Ada', live_sessions: 1 });
  expect(account?.password_hash).not.toBeNull();
});
