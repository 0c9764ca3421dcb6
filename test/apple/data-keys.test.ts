// Tokens and codes of Apple's survive a rotation of data keys: sealed anew, they open without the older key.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, inject, test } from 'vitest';
import { makeWaitingProviderCalls } from '../../src/features/provider-calls/make.ts';
import { purge } from '../../src/features/purge/purge.ts';
import { openIdentitySecret } from '../../src/tokens/identity-secret.ts';
import { startSecondIsolate } from '../mail/own-service.ts';
import {
  callsOf,
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

const [oldKey] = JSON.parse(inject('dataKeys')).keys as [{ kid: string }];
const newKey = { kty: 'oct', kid: `${oldKey.kid}:2`, k: 'E'.repeat(43) };
const keySet = (...keys: object[]) => ({ DATA_KEYS: JSON.stringify({ keys }) });

test('kept tokens and waiting calls are sealed anew, and do what they are for without the older key', async () => {
  const { service: before, apple } = await startWithApple();
  const bindings = await withAppleKey();
  const rotated = await startSecondIsolate(before, { ...bindings, ...keySet(newKey, oldKey) });
  const after = await startSecondIsolate(before, { ...bindings, ...keySet(newKey) });
  for (const isolate of [rotated, after]) await startApple(isolate, apple);

  const keeper = await withApple(before, { refreshToken: 'kept' });
  const gone = await withApple(before, { subject: 'grace', refreshToken: 'of grace' });
  apple.answers.push(failed(503), failed(503));
  await gone.call('DELETE', '/api/users/me');
  await queueCode(before, keeper);
  await makeWaitingProviderCalls(before.dependencies);
  expect(apple.calls.map(({ endpoint }) => endpoint)).toEqual(['revoke', 'token']);

  await purge(rotated.dependencies);
  expect(rotated.logged).toContainEqual(
    expect.objectContaining({ event: 'purged', fields: expect.objectContaining({ sealed_anew: 3 }) }),
  );
  for (const { secret } of await callsOf(before)) expect(secret).toMatch(new RegExp(`^${newKey.kid}:`));
  const row = await identityRow(before, keeper.identityId);
  expect(
    await openIdentitySecret(after.dependencies.dataKeys, keeper.identityId, row?.refresh_token ?? ''),
  ).toBe('kept');

  before.clock.advance(60);
  await makeWaitingProviderCalls(after.dependencies);
  expect(said(after)).toEqual([]);
  expect(apple.calls.slice(2).map(({ fields }) => fields['token'] ?? fields['grant_type'])).toEqual(
    expect.arrayContaining(['of grace', 'authorization_code']),
  );
});

test('what no key opens waits for an isolate that has the key', async () => {
  const { service, apple } = await startWithApple();
  const other = await startSecondIsolate(service, { ...(await withAppleKey()), ...keySet(newKey) });
  await queueCode(service, await withApple(service));
  await makeWaitingProviderCalls(other.dependencies);
  expect(said(other)).toEqual([['warn', 'provider-call-postponed']]);
  expect(apple.calls).toEqual([]);
  service.clock.advance(60);
  await makeWaitingProviderCalls(service.dependencies);
  expect(apple.calls).toHaveLength(1);
});

test('a secret that was copied to another call, or to another identity’s, does not open', async () => {
  const { service, apple } = await startWithApple();
  const person = await withApple(service);
  await queueCode(service, { ...person, code: 'one' });
  await queueCode(service, { ...person, code: 'two' });
  const [one] = await callsOf(service);
  await run(service, sql`update provider_calls set secret = ${one?.secret}`);
  await makeWaitingProviderCalls(service.dependencies);
  expect(apple.calls).toHaveLength(1);
});
