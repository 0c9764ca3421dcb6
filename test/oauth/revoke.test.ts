import { expect, test } from 'vitest';
import { newUser, type Service, signIn, startService, type Tokens } from '../service.ts';
import { asSet, newKey } from '../verify/new-key.ts';
import { postForm } from './post-form.ts';

// POST /oauth/revoke (RFC 7009).

const revoke = (service: Service, token: string, more: Record<string, string> = {}) =>
  postForm(service, '/oauth/revoke', { token, ...more });

async function signedIn(changed: Record<string, unknown> = {}) {
  const service = await startService(changed);
  const { email } = await newUser(service);
  return { service, email, tokens: await signIn(service, email) };
}

async function hasEnded(service: Service, tokens: Tokens): Promise<boolean> {
  const me = await service.call('GET', '/api/users/me', { bearer: tokens.access_token });
  const refresh = await service.call('POST', '/api/auth/refresh', {
    json: { refresh_token: tokens.refresh_token },
  });
  expect(me.status).toBe(refresh.status);
  return me.status === 401;
}

test.for([
  ['refresh_token', 'refresh_token'],
  ['refresh_token', 'access_token'],
  ['refresh_token', 'no such type'],
  ['refresh_token', undefined],
  ['access_token', 'access_token'],
  ['access_token', 'refresh_token'],
  ['access_token', undefined],
] as const)('the %s ends its session at once, with the hint %s, in one round trip', async ([kind, hint]) => {
  const { service, tokens } = await signedIn();
  const answer = await revoke(service, tokens[kind], hint ? { token_type_hint: hint, client_id: 'app' } : {});
  expect(answer).toMatchObject({ status: 200, text: '{}', trips: 1 });
  expect(answer.headers.get('Cache-Control')).toBe('no-store');
  expect(answer.headers.get('Content-Type')).toMatch(/^application\/json/);
  expect(await hasEnded(service, tokens)).toBe(true);
  expect(await revoke(service, tokens[kind])).toMatchObject({ status: 200 });
});

test('it ends that session and no other', async () => {
  const { service, email, tokens } = await signedIn();
  const other = await signIn(service, email);
  await revoke(service, tokens.refresh_token);
  expect(await hasEnded(service, other)).toBe(false);
});

test('a spent refresh token still ends its session: signing out wins over counting generations', async () => {
  const { service, tokens } = await signedIn();
  const next = await service.call('POST', '/api/auth/refresh', {
    json: { refresh_token: tokens.refresh_token },
  });
  await revoke(service, tokens.refresh_token);
  expect(await hasEnded(service, next.body)).toBe(true);
});

test('a token that is none of ours, or no longer one, is answered like one that was', async () => {
  const { service, tokens } = await signedIn();
  const strangers = await signedIn({ ACCESS_TOKEN_KEYS: asSet(await newKey()) });
  const [head, body] = tokens.refresh_token.split('.');
  for (const token of ['x', 'a.b.c', `${head}.${body}.`, '\0', '😀', strangers.tokens.access_token]) {
    expect(await revoke(service, token)).toMatchObject({ status: 200, text: '{}', trips: 0 });
  }
  service.clock.advance(31 * 24 * 3_600);
  expect(await revoke(service, tokens.refresh_token)).toMatchObject({ status: 200, text: '{}', trips: 0 });
});

test('a token under a key that the service does not have is entered in the log', async () => {
  const stranger = await signedIn({ ACCESS_TOKEN_KEYS: asSet(await newKey()) });
  const service = await startService();
  await revoke(service, stranger.tokens.access_token);
  expect(service.logged).toContainEqual(expect.objectContaining({ event: 'unknown-token-key' }));
});

test('no token, an unknown client and a doubled parameter are errors of RFC 6749, section 5.2', async () => {
  const { service, tokens } = await signedIn();
  const error = async (form: Record<string, string> | URLSearchParams) => {
    const answer = await postForm(service, '/oauth/revoke', form);
    expect(answer).toMatchObject({ status: 400, trips: 0 });
    return answer.body.error;
  };
  const token = tokens.refresh_token;
  expect(await error({})).toBe('invalid_request');
  expect(await error({ token, client_id: 'other' })).toBe('invalid_client');
  expect(await error(new URLSearchParams(`token=${token}&token=${token}`))).toBe('invalid_request');
  expect(await hasEnded(service, tokens)).toBe(false);
});

test('a database that is away is a 503: the client must assume that the token still exists', async () => {
  const { service, tokens } = await signedIn();
  const { transport } = service;
  service.transport = () => Promise.reject(new TypeError('the network is down'));
  const answer = await revoke(service, tokens.refresh_token);
  expect(answer).toMatchObject({
    status: 503,
    body: { retryable: true, error: 'temporarily_unavailable', error_description: expect.any(String) },
  });
  expect(answer.headers.get('Retry-After')).toBeTruthy();
  service.transport = transport;
  expect(await hasEnded(service, tokens)).toBe(false);
});
