// A code of Apple's is redeemed for the refresh token with which Apple is told, later, that the account is deleted.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { providerCallClaimSeconds } from '../../src/bounds.ts';
import { makeProviderCalls, makeWaitingProviderCalls } from '../../src/features/provider-calls/make.ts';
import { purge } from '../../src/features/purge/purge.ts';
import { appleCodeSeconds, idempotentCallSeconds } from '../../src/lifetimes.ts';
import { openIdentitySecret } from '../../src/tokens/identity-secret.ts';
import { startSecondIsolate } from '../mail/own-service.ts';
import { dump } from '../mail/tables.ts';
import type { Service } from '../service.ts';
import { hold } from '../sessions/line-up.ts';
import {
  callsOf,
  clientId,
  failed,
  identityRow,
  queueCode,
  run,
  said,
  startApple,
  startWithApple,
  withApple,
  withAppleKey,
} from './apple.ts';

const keptToken = async (service: Service, identityId: string) => {
  const row = await identityRow(service, identityId);
  return row?.refresh_token
    ? openIdentitySecret(service.dependencies.dataKeys, identityId, row.refresh_token)
    : row?.refresh_token;
};

test('the token is kept sealed beside the client that it was issued to, and nothing of either is readable', async () => {
  const { service, apple } = await startWithApple();
  const { identityId } = await withApple(service);
  const code = `c${crypto.randomUUID()}`;
  await queueCode(service, { identityId, code });
  expect((await dump(service)).join()).not.toContain(code);
  expect(await makeProviderCalls(service.dependencies)).toBe(1);
  expect(apple.calls).toEqual([
    {
      endpoint: 'token',
      fields: {
        client_id: clientId,
        client_secret: expect.any(String),
        grant_type: 'authorization_code',
        code,
      },
    },
  ]);
  expect(await identityRow(service, identityId)).toMatchObject({ client_id: clientId });
  expect(await keptToken(service, identityId)).toBe(apple.refreshToken);
  const rows = (await dump(service)).join();
  for (const secret of [code, apple.refreshToken]) expect(rows).not.toContain(secret);
  expect(JSON.stringify(service.logged)).not.toContain(code);
  expect(said(service)).toEqual([]);
});

test('it opens for its own identity alone', async () => {
  const { service } = await startWithApple();
  const { identityId } = await withApple(service);
  const other = await withApple(service, { subject: '001234.grace.0002' });
  await queueCode(service, { identityId });
  await makeProviderCalls(service.dependencies);
  await run(
    service,
    sql`update identities o set refresh_token = i.refresh_token from identities i where i.id = ${identityId} and o.id = ${other.identityId}`,
  );
  expect(await keptToken(service, other.identityId)).toBeUndefined();
});

test('a code that Apple refuses is not asked for again', async () => {
  const { service, apple } = await startWithApple();
  const { identityId } = await withApple(service);
  await queueCode(service, { identityId });
  apple.answers.push(failed(400, 'invalid_grant'));
  await makeProviderCalls(service.dependencies);
  service.clock.advance(120);
  await makeWaitingProviderCalls(service.dependencies);
  expect(apple.calls).toHaveLength(1);
  expect(said(service)).toEqual([['warn', 'provider-call-refused']]);
  expect(await callsOf(service)).toMatchObject([{ secret: '' }]);
  expect(await identityRow(service, identityId)).toMatchObject({ refresh_token: null });
});

test.for([
  ['500', failed(500)],
  ['429', failed(429)],
  ['a wrong client secret', failed(400, 'invalid_client')],
  ['a page', failed(200)],
  [
    'a redirect',
    () => new Response(null, { status: 302, headers: { Location: 'https://evil.example.test/' } }),
  ],
  ['no network', () => Promise.reject(new TypeError('no network'))],
  ['a megabyte', () => new Response('x'.repeat(1024 * 1024))],
  ['tokens that are none', () => Response.json({ refresh_token: 5, id_token: {} })],
  ['an ID token that is none', () => Response.json({ refresh_token: 'x', id_token: 'x' })],
] as const)('%s is met by asking again', async ([, answer]) => {
  const { service, apple } = await startWithApple();
  const { identityId } = await withApple(service);
  await queueCode(service, { identityId });
  apple.answers.push(answer);
  await makeProviderCalls(service.dependencies);
  expect(said(service)).toEqual([['warn', 'provider-call-postponed']]);
  expect(await identityRow(service, identityId)).toMatchObject({ refresh_token: null });
  service.clock.advance(29);
  expect(await makeProviderCalls(service.dependencies)).toBe(0);
  service.clock.advance(31);
  expect(await makeProviderCalls(service.dependencies)).toBe(1);
  expect(await keptToken(service, identityId)).toBe(apple.refreshToken);
  expect(apple.calls).toHaveLength(2);
});

test('an Apple that does not answer is given up after seconds, and asked again', async () => {
  const { service, apple } = await startWithApple();
  const { identityId } = await withApple(service);
  await queueCode(service, { identityId });
  apple.answers.push(
    (signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
  );
  const start = Date.now();
  await makeProviderCalls(service.dependencies);
  expect(Date.now() - start).toBeLessThan(20_000);
  expect(said(service)).toEqual([['warn', 'provider-call-postponed']]);
  service.clock.advance(60);
  await makeWaitingProviderCalls(service.dependencies);
  expect(await keptToken(service, identityId)).toBe(apple.refreshToken);
});

test('a code is tried each minute while it lives, and then given up, once and as an error', async () => {
  const { service, apple } = await startWithApple();
  const { identityId } = await withApple(service);
  await queueCode(service, { identityId });
  apple.answers.push(...Array(20).fill(failed(503)));
  for (let minute = 0; minute < 10; minute += 1) {
    await makeWaitingProviderCalls(service.dependencies);
    service.clock.advance(60);
  }
  expect(apple.calls).toHaveLength(5);
  expect(said(service).filter(([level]) => level === 'error')).toEqual([['error', 'provider-call-given-up']]);
  expect(await callsOf(service)).toMatchObject([{ secret: '' }]);
});

test('a code whose time was up in the queue is not shown to Apple, and that is said', async () => {
  const { service, apple } = await startWithApple();
  const { identityId } = await withApple(service);
  await queueCode(service, { identityId });
  service.clock.advance(appleCodeSeconds);
  await makeWaitingProviderCalls(service.dependencies);
  expect(apple.calls).toEqual([]);
  expect(said(service)).toEqual([['error', 'provider-call-given-up']]);
});

test('two runs at once make each call once', async () => {
  const { service, apple } = await startWithApple();
  const other = await startSecondIsolate(service, await withAppleKey());
  await startApple(other, apple);
  const { identityId } = await withApple(service);
  for (let index = 0; index < 8; index += 1) await queueCode(service, { identityId });
  await Promise.all(
    [service, other, service, other].map((isolate) => makeWaitingProviderCalls(isolate.dependencies)),
  );
  expect(new Set(apple.calls.map(({ fields }) => fields['code'])).size).toBe(8);
  expect(apple.calls).toHaveLength(8);
});

test('a call that somebody works on keeps no other waiting', async () => {
  const { service, apple } = await startWithApple();
  const { identityId } = await withApple(service);
  await queueCode(service, { identityId, code: 'held' });
  const [held] = await callsOf(service);
  await queueCode(service, { identityId, code: 'free' });
  const { release } = await hold(service, sql`provider_calls where id = ${held?.id}`);
  await makeWaitingProviderCalls(service.dependencies);
  expect(apple.calls.map(({ fields }) => fields['code'])).toEqual(['free']);
  await release();
  await makeWaitingProviderCalls(service.dependencies);
  expect(apple.calls.map(({ fields }) => fields['code'])).toEqual(['free', 'held']);
});

test('the claim of an isolate that died is taken over after the claim time', async () => {
  const { service, apple } = await startWithApple();
  const { identityId } = await withApple(service);
  await queueCode(service, { identityId });
  const { transport } = service;
  let isClaimed = false;
  service.transport = async (input, init) => {
    if (isClaimed) throw new Error('this isolate is dead');
    const answer = await transport(input, init);
    isClaimed = true;
    return answer;
  };
  apple.answers.push(failed(500));
  expect(await makeProviderCalls(service.dependencies)).toBe(1);
  service.transport = transport;
  service.clock.advance(providerCallClaimSeconds - 0.001);
  expect(await makeProviderCalls(service.dependencies)).toBe(0);
  service.clock.advance(0.001);
  expect(await makeProviderCalls(service.dependencies)).toBe(1);
  expect(await keptToken(service, identityId)).toBe(apple.refreshToken);
});

test('a code of somebody else brings this identity no token', async () => {
  const { service, apple } = await startWithApple();
  const { identityId } = await withApple(service);
  await queueCode(service, { identityId });
  apple.subject = '001234.mallory.0003';
  await makeProviderCalls(service.dependencies);
  expect(await identityRow(service, identityId)).toMatchObject({ refresh_token: null });
  expect(said(service)).toEqual([['warn', 'provider-call-refused']]);
  expect(apple.calls.map(({ endpoint }) => endpoint)).toEqual(['token']);
});

test('a newer token takes the place of the older, which is not revoked: that would take the newer one, too', async () => {
  const { service, apple } = await startWithApple();
  const { identityId } = await withApple(service, { refreshToken: 'older' });
  await queueCode(service, { identityId });
  await makeWaitingProviderCalls(service.dependencies);
  service.clock.advance(60);
  await makeWaitingProviderCalls(service.dependencies);
  expect(await keptToken(service, identityId)).toBe(apple.refreshToken);
  expect(apple.calls.map(({ endpoint }) => endpoint)).toEqual(['token']);
});

test('queued again by a repeat of the request, also when it was made, it is called once', async () => {
  const { service, apple } = await startWithApple();
  const { identityId } = await withApple(service);
  for (const seconds of [0, 1, idempotentCallSeconds - 2]) {
    service.clock.advance(seconds);
    await purge(service.dependencies);
    await queueCode(service, { identityId, code: 'cOfOneRequest' });
    await makeWaitingProviderCalls(service.dependencies);
  }
  expect(apple.calls).toHaveLength(1);
  service.clock.advance(appleCodeSeconds + idempotentCallSeconds);
  await purge(service.dependencies);
  expect(await callsOf(service)).toEqual([]);
});

test('without a key of Apple the call waits, and the operator reads why', async () => {
  const { service, apple } = await startWithApple();
  const { identityId } = await withApple(service);
  await queueCode(service, { identityId });
  const bare = await startSecondIsolate(service);
  await makeProviderCalls(bare.dependencies);
  expect(bare.logged).toContainEqual({
    level: 'warn',
    event: 'provider-call-postponed',
    fields: expect.objectContaining({ cause: expect.stringContaining('APPLE_PRIVATE_KEY') }),
  });
  service.clock.advance(60);
  await makeProviderCalls(service.dependencies);
  expect(await keptToken(service, identityId)).toBe(apple.refreshToken);
});

test('a queue that cannot be reached is an error in the log and nothing else', async () => {
  const { service } = await startWithApple();
  service.transport = () => Promise.reject(new Error('no network'));
  await makeWaitingProviderCalls(service.dependencies);
  expect(said(service)).toEqual([['error', 'provider-calls-unreachable']]);
});
