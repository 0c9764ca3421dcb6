// A deleted account is told to Apple (App Store guideline 5.1.1(v), TN3194): its token is revoked, also when Apple is away, and
// never one that takes the sign-in from somebody who still has it.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, inject, test } from 'vitest';
import { makeWaitingProviderCalls } from '../../src/features/provider-calls/make.ts';
import { purge } from '../../src/features/purge/purge.ts';
import { removedFactorKeptSeconds, revocationTriedSeconds } from '../../src/lifetimes.ts';
import { signedIn } from '../accounts/people.ts';
import { rowsWith } from '../mail/tables.ts';
import type { Service } from '../service.ts';
import { lineUp } from '../sessions/line-up.ts';
import {
  callsOf,
  clientId,
  failed,
  identityRow,
  queueCode,
  run,
  said,
  startWithApple,
  withApple,
} from './apple.ts';

const remove = (service: Service, { identityId }: { identityId: string }) =>
  run(
    service,
    sql`update identities set removed_at = ${service.clock.now.toISOString()},
      expires_at = ${new Date(service.clock.now.getTime() + removedFactorKeptSeconds * 1000).toISOString()} where id = ${identityId}`,
  );

const revoked = ({ calls }: { calls: readonly { endpoint: string; fields: Record<string, string> }[] }) =>
  calls.filter(({ endpoint }) => endpoint === 'revoke').map(({ fields }) => fields['token']);

test('deleting the account revokes its token right after the answer, though nobody is there any more', async () => {
  const { service, apple } = await startWithApple();
  const person = await withApple(service, { refreshToken: 'the kept token' });
  expect(await person.call('DELETE', '/api/users/me')).toMatchObject({ status: 204, trips: 1 });
  expect(apple.calls).toEqual([
    {
      endpoint: 'revoke',
      fields: {
        client_id: clientId,
        client_secret: expect.any(String),
        token: 'the kept token',
        token_type_hint: 'refresh_token',
      },
    },
  ]);
  expect(await rowsWith(service, [person.id])).toEqual([]);
  expect(await callsOf(service)).toMatchObject([{ kind: 'apple-revoke', secret: '' }]);
  service.clock.advance(revocationTriedSeconds);
  await makeWaitingProviderCalls(service.dependencies);
  expect(apple.calls).toHaveLength(1);
});

test('an account without a token asks nothing of Apple', async () => {
  const { service, apple } = await startWithApple();
  const person = await withApple(service);
  const other = await signedIn(service);
  for (const { call } of [person, other])
    expect(await call('DELETE', '/api/users/me')).toMatchObject({ status: 204 });
  await makeWaitingProviderCalls(service.dependencies);
  expect(apple.calls).toEqual([]);
});

test('while Apple is away it is asked for days, with growing pauses, and then given up as an error', async () => {
  const { service, apple } = await startWithApple();
  const person = await withApple(service, { refreshToken: 'the kept token' });
  apple.answers.push(...Array(1000).fill(failed(503)));
  await person.call('DELETE', '/api/users/me');
  const askedAt: number[] = [];
  const pauseAt = (seconds: number) => (seconds < 600 * 60 ? 60 : 60 * 60);
  for (let seconds = 0; seconds < revocationTriedSeconds + 3600; seconds += pauseAt(seconds)) {
    const before = apple.calls.length;
    await makeWaitingProviderCalls(service.dependencies);
    if (apple.calls.length > before) askedAt.push(seconds / 60);
    service.clock.advance(pauseAt(seconds));
  }
  expect(askedAt.slice(0, 6)).toEqual([1, 6, 21, 81, 321, 561]);
  expect(apple.calls.length).toBeGreaterThan(20);
  expect(said(service).filter(([level]) => level === 'error')).toEqual([['error', 'provider-call-given-up']]);
  expect(await callsOf(service)).toMatchObject([{ secret: '' }]);
});

test('an outage of an hour loses nothing', async () => {
  const { service, apple } = await startWithApple();
  const person = await withApple(service, { refreshToken: 'the kept token' });
  apple.answers.push(failed(500), failed(429), () => Promise.reject(new TypeError('no network')));
  await person.call('DELETE', '/api/users/me');
  for (let minute = 0; minute < 90; minute += 1) {
    service.clock.advance(60);
    await makeWaitingProviderCalls(service.dependencies);
  }
  expect(revoked(apple)).toEqual(Array(4).fill('the kept token'));
  expect(said(service).at(-1)).toEqual(['warn', 'provider-call-postponed']);
  expect(await callsOf(service)).toMatchObject([{ attempts: 4, secret: '' }]);
});

test('a code that is redeemed after the deletion is revoked at once', async () => {
  const { service, apple } = await startWithApple();
  const person = await withApple(service);
  apple.answers.push(failed(500));
  await queueCode(service, person);
  await makeWaitingProviderCalls(service.dependencies);
  await person.call('DELETE', '/api/users/me');
  service.clock.advance(60);
  await makeWaitingProviderCalls(service.dependencies);
  await makeWaitingProviderCalls(service.dependencies);
  expect(apple.calls.map(({ endpoint }) => endpoint)).toEqual(['token', 'token', 'revoke']);
  expect(revoked(apple)).toEqual([apple.refreshToken]);
});

test('a removed identity keeps its token while an undo can bring it back; purged, it is revoked', async () => {
  const { service, apple } = await startWithApple();
  const person = await withApple(service, { refreshToken: 'of the removed one' });
  await remove(service, person);
  service.clock.advance(removedFactorKeptSeconds - 1);
  await purge(service.dependencies);
  await makeWaitingProviderCalls(service.dependencies);
  expect(apple.calls).toEqual([]);
  service.clock.advance(1);
  await purge(service.dependencies);
  await makeWaitingProviderCalls(service.dependencies);
  expect(revoked(apple)).toEqual(['of the removed one']);
  expect(await identityRow(service, person.identityId)).toBeUndefined();
});

test('deleting the account revokes the token of a removed identity as well', async () => {
  const { service, apple } = await startWithApple();
  const person = await withApple(service, { refreshToken: 'of the removed one' });
  await remove(service, person);
  await person.call('DELETE', '/api/users/me');
  expect(revoked(apple)).toEqual(['of the removed one']);
});

test('where the identity was added again, the old token is not revoked: it would take the new sign-in with it', async () => {
  const { service, apple } = await startWithApple();
  const person = await withApple(service, { refreshToken: 'of the removed one' });
  await remove(service, person);
  service.clock.advance(60);
  const again = await withApple(service, { person, refreshToken: 'of the new one' });
  service.clock.advance(removedFactorKeptSeconds);
  await purge(service.dependencies);
  await makeWaitingProviderCalls(service.dependencies);
  expect(await identityRow(service, person.identityId)).toBeUndefined();
  expect(await identityRow(service, again.identityId)).toBeDefined();
  expect(apple.calls).toEqual([]);
});

test('nor where it is another account’s by now', async () => {
  const { service, apple } = await startWithApple();
  const person = await withApple(service, { refreshToken: 'of the removed one' });
  await remove(service, person);
  await withApple(service, { refreshToken: 'of the other account' });
  expect(await person.call('DELETE', '/api/users/me')).toMatchObject({ status: 204 });
  expect(apple.calls).toEqual([]);
});

test('purges that run at once revoke each token once', async () => {
  const { service, apple } = await startWithApple();
  for (const name of ['ada', 'grace', 'edsger', 'barbara', 'alan', 'donald', 'tony']) {
    const person = await withApple(service, { subject: name, refreshToken: `of ${name}` });
    await remove(service, person);
  }
  service.clock.advance(removedFactorKeptSeconds);
  await Promise.all([1, 2, 3].map(() => purge(service.dependencies)));
  await makeWaitingProviderCalls(service.dependencies);
  expect(revoked(apple)).toHaveLength(7);
  expect(new Set(revoked(apple)).size).toBe(7);
});

test.for([
  ['before', 0],
  ['after', 1],
] as const)(
  'a deletion that has the identity %s the redemption of a code revokes its token',
  async ([, place]) => {
    const { service, apple } = await startWithApple();
    const person = await withApple(service);
    await queueCode(service, person);
    const calls = [
      () => person.call('DELETE', '/api/users/me'),
      () => makeWaitingProviderCalls(service.dependencies),
    ];
    await lineUp(
      service,
      { table: 'identities', id: person.identityId },
      place === 0 ? calls : calls.reverse(),
    );
    await makeWaitingProviderCalls(service.dependencies);
    expect(revoked(apple)).toEqual([apple.refreshToken]);
  },
);

test('a deletion beside the redemption of a code leaves no token unrevoked', async () => {
  const { service, apple } = await startWithApple();
  for (let round = 0; round < (inject('largeRun') ? 100 : 8); round += 1) {
    apple.refreshToken = `of round ${round}`;
    const person = await withApple(service);
    await queueCode(service, person);
    await Promise.all([
      makeWaitingProviderCalls(service.dependencies),
      scheduler.wait(round % 10).then(() => person.call('DELETE', '/api/users/me')),
    ]);
    await makeWaitingProviderCalls(service.dependencies);
    expect(revoked(apple).at(-1), `round ${round}`).toBe(apple.refreshToken);
  }
});
