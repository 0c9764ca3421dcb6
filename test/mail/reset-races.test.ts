// A reset meets logins and refreshes at every moment of theirs: nothing that was started with the old password survives it.

import { expect, inject, test } from 'vitest';
import { password, type Service, signIn, type Tokens } from '../service.ts';
import { resetStatement } from './granted.ts';
import { startOwnService, startSecondIsolate } from './own-service.ts';
import { insertResetGrant, newPerson } from './tables.ts';

const rounds = inject('largeRun') ? 200 : 20;

/** Whether the statement leaves after what races with it, and how many milliseconds lie between them. */
const orders: readonly (readonly [boolean, number?])[] = [
  [true],
  [false],
  [true, 0],
  [true, 50],
  [false, 50],
];

/** Lets what is to race go off while a statement that holds these words is on its way to the database. */
function whenSent(service: Service, words: string, order: number): Promise<void> {
  const { transport } = service;
  const sent = Promise.withResolvers<void>();
  service.transport = async (input, init) => {
    if (!String(init?.body).includes(words)) return transport(input, init);
    service.transport = transport;
    // First one, first the other, and what chance makes of the same moment.
    const [isLater, wait] = orders[order % orders.length] ?? [false, undefined];
    if (isLater) sent.resolve();
    if (isLater && wait !== undefined) await scheduler.wait(wait);
    const answer = transport(input, init);
    if (!isLater && wait !== undefined) await scheduler.wait(wait);
    sent.resolve();
    return answer;
  };
  return sent.promise;
}

test(`a login that races with a reset leaves no session behind, ${rounds} times`, async () => {
  const service = await startOwnService();
  const other = await startSecondIsolate(service);
  const statuses: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const { email } = await newPerson(service);
    const token = await insertResetGrant(service, email);
    const sent = whenSent(service, 'insert into sessions', round);
    const [login, outcome] = await Promise.all([
      service.call('POST', '/api/auth/login', { json: { email, password } }),
      sent.then(() => resetStatement(other, { token })),
    ]);
    expect(outcome).toBe('right');
    statuses.push(login.status);
    if (login.status === 200) await isDead(other, login.body);
  }
  // Both ends of the race were seen, or it was none.
  expect(new Set(statuses)).toEqual(new Set([200, 401]));
});

test(`a refresh that races with a reset leaves no session behind, ${rounds} times`, async () => {
  const service = await startOwnService();
  const other = await startSecondIsolate(service);
  const statuses: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const { email } = await newPerson(service);
    const token = await insertResetGrant(service, email);
    const present = await signIn(service, email);
    const sent = whenSent(service, 'rotation_key_hash', round);
    const [refresh, outcome] = await Promise.all([
      service.call('POST', '/api/auth/refresh', { json: { refresh_token: present.refresh_token } }),
      sent.then(() => resetStatement(other, { token })),
    ]);
    expect(outcome).toBe('right');
    statuses.push(refresh.status);
    await isDead(other, present);
    if (refresh.status === 200) await isDead(other, refresh.body);
  }
  expect(new Set(statuses)).toEqual(new Set([200, 401]));
});

async function isDead(service: Service, { access_token: bearer, refresh_token }: Tokens): Promise<void> {
  expect(await service.call('GET', '/api/users/me', { bearer })).toMatchObject({ status: 401 });
  expect(await service.call('POST', '/api/auth/refresh', { json: { refresh_token } })).toMatchObject({
    status: 401,
    body: { discard_credentials: true },
  });
}
