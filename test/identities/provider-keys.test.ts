// The keys of a provider that is away, slow, wrong or changing: nobody is locked out by its fault while there are keys of a day
// ago, and without any the answer is to come again.

import { beforeEach, describe, expect, test } from 'vitest';
import { type Service, startService } from '../service.ts';
import { show, verdict } from './given.ts';
import { type Answers, type Issuer, startIssuers, withProviders } from './issuer.ts';

const hour = 3_600;

let service: Service;
let acme: Issuer;
beforeEach(async () => {
  service = await startService(withProviders);
  acme = startIssuers(service).acme;
});

const signIn = async (id_token?: string) =>
  verdict(service, 'acme', { id_token: id_token ?? (await acme.token()) });
const unavailable = 'service-unavailable';
const unknown = /^id-token-not-accepted: .*shows no such key/;

const faults: Answers[] = ['down', 'html', 'large', 'empty', 'redirect'];

describe.for(faults)('a provider that is or answers: %s', (fault) => {
  test('where its keys were never seen, it is nobody’s fault, and the next sign-in asks again', async () => {
    acme.answers = fault;
    expect(await signIn()).toBe(unavailable);
    acme.answers = 'keys';
    expect(await signIn()).toBe('taken');
    expect(acme.fetches).toBe(2);
  });

  test('its keys serve for a day', async () => {
    expect(await signIn()).toBe('taken');
    acme.answers = fault;
    service.clock.advance(hour);
    expect([await signIn(), await signIn()]).toEqual(['taken', 'taken']);
    expect(acme.fetches).toBe(2);
    service.clock.advance(23 * hour - 1);
    expect(await signIn()).toBe('taken');
    service.clock.advance(1);
    expect(await signIn()).toBe(unavailable);
  });

  test('a key that it may have begun to use is nobody’s fault', async () => {
    await signIn();
    service.clock.advance(60);
    acme.answers = fault;
    acme.rotate();
    expect([await signIn(), await signIn()]).toEqual([unavailable, unavailable]);
    expect(acme.fetches).toBe(2);
  });
});

test('a provider that is slow to answer, or to end its answer, is away', async () => {
  const patience = (['slow', 'drips'] as const).map(async (answers) => {
    const other = await startService(withProviders);
    const issuer = startIssuers(other).acme;
    const taken = async () => verdict(other, 'acme', { id_token: await issuer.token() });
    issuer.answers = answers;
    expect(await taken()).toBe(unavailable);
    issuer.answers = 'keys';
    expect(await taken()).toBe('taken');
    issuer.answers = answers;
    other.clock.advance(hour);
    expect(await taken()).toBe('taken');
  });
  await Promise.all(patience);
});

test('the log says what the provider did', async () => {
  const id_token = await acme.token();
  acme.answers = 'large';
  await expect(show(service, 'acme', { id_token })).rejects.toMatchObject({
    details: {
      retryAfterSeconds: 2,
      cause: 'No keys from https://id.acme.example.test/jwks.json: Error: answered more than 65536 bytes',
    },
  });
});

test('a set that holds a key twice is nobody’s fault', async () => {
  acme.answers = 'twice';
  expect(await signIn()).toBe(unavailable);
});

test('keys are fetched once in an hour, whatever is signed in with', async () => {
  const tokens = await Promise.all(Array.from({ length: 5 }, () => acme.token()));
  for (const token of tokens) expect(await signIn(token)).toBe('taken');
  service.clock.advance(hour - 1);
  expect(await signIn()).toBe('taken');
  expect(acme.fetches).toBe(1);
  service.clock.advance(1);
  expect(await signIn()).toBe('taken');
  expect(acme.fetches).toBe(2);
});

test('isolates of one location share them; another provider’s are its own', async () => {
  const location = crypto.randomUUID();
  const [one, two] = [
    await startService(withProviders, location),
    await startService(withProviders, location),
  ];
  const issuers = startIssuers(one);
  for (const [url, answer] of one.elsewhere) two.elsewhere.set(url, answer);
  for (const isolate of [one, two])
    expect(await verdict(isolate, 'acme', { id_token: await issuers.acme.token() })).toBe('taken');
  expect([issuers.acme.fetches, issuers.apple.fetches, issuers.google.fetches]).toEqual([1, 0, 0]);
});

test('a new key is asked for at once; what nobody shows once in a minute, and then it may be sent again', async () => {
  const old = await acme.token();
  expect(await signIn(old)).toBe('taken');
  service.clock.advance(60);
  acme.rotate();
  expect(await signIn()).toBe('taken');
  expect(acme.fetches).toBe(2);
  // The old key is gone from the set.
  for (let count = 0; count < 10; count += 1) expect(await signIn(old)).toMatch(unknown);
  expect(acme.fetches).toBe(2);
  service.clock.advance(59);
  expect(await signIn(old)).toMatch(unknown);
  expect(acme.fetches).toBe(2);
  service.clock.advance(1);
  expect(await signIn(old)).toMatch(unknown);
  expect(acme.fetches).toBe(3);
});

test('keys are no round trips to the database, and are asked for without anything of ours', async () => {
  const asked: Request[] = [];
  const answer = service.elsewhere.get('https://id.acme.example.test/jwks.json');
  service.elsewhere.set('https://id.acme.example.test/jwks.json', (request) => {
    asked.push(request);
    return answer?.(request) ?? Response.error();
  });
  expect(await signIn()).toBe('taken');
  expect(asked.map(({ method, redirect, headers }) => [method, redirect, [...headers]])).toEqual([
    ['GET', 'manual', []],
  ]);
});
