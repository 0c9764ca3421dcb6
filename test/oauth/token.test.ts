import { createExecutionContext } from 'cloudflare:test';
import { SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { importKeySet } from '../../src/tokens/signing-keys.ts';
import { mailsTo, newUser, type Service, signIn, startService } from '../service.ts';
import { newKey } from '../verify/new-key.ts';
import { postForm } from './post-form.ts';

// POST /oauth/token (RFC 6749, sections 3.2, 5 and 6): another door to the rotation that test/flow.test.ts walks through.

const refresh = (service: Service, token: string, more: Record<string, string> = {}) =>
  postForm(service, '/oauth/token', { grant_type: 'refresh_token', refresh_token: token, ...more });

async function signedIn() {
  const service = await startService();
  const { email } = await newUser(service);
  return { service, email, tokens: await signIn(service, email) };
}

test('a refresh token is spent for its successor in one round trip, and the answer is not kept anywhere', async () => {
  const { service, tokens } = await signedIn();
  const answer = await refresh(service, tokens.refresh_token, { client_id: 'app' });
  expect(answer).toMatchObject({
    status: 200,
    trips: 1,
    body: { token_type: 'Bearer', expires_in: 900, session_id: tokens.session_id },
  });
  expect(answer.headers.get('Cache-Control')).toBe('no-store');
  expect(answer.headers.get('Pragma')).toBe('no-cache');
  expect(answer.headers.get('Content-Type')).toMatch(/^application\/json/);
  const me = await service.call('GET', '/api/users/me', { bearer: answer.body.access_token });
  expect(me.status).toBe(200);
});

test('both doors lead to one chain: a retry gets the same successor through either', async () => {
  const { service, tokens } = await signedIn();
  const first = await refresh(service, tokens.refresh_token);
  const retry = await service.call('POST', '/api/auth/refresh', {
    json: { refresh_token: tokens.refresh_token },
  });
  expect(retry.body.refresh_token).toBe(first.body.refresh_token);
});

test('an Idempotency-Key keeps the retry window open here too', async () => {
  const { service, tokens } = await signedIn();
  const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token };
  const headers = { 'Idempotency-Key': crypto.randomUUID() };
  const first = await postForm(service, '/oauth/token', form, headers);
  service.clock.advance(3_600);
  const retry = await postForm(service, '/oauth/token', form, headers);
  expect(retry.body.refresh_token).toBe(first.body.refresh_token);
});

/** AppAuth for iOS takes any `error` with a 4xx for the end of what was granted, and no client takes a 503 for success. */
const passing = {
  status: 503,
  body: { error: 'temporarily_unavailable', retryable: true, discard_credentials: false },
};

test('a token that another call with another key has spent is no reason to sign in again, and no success', async () => {
  const { service, tokens } = await signedIn();
  const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token };
  const first = await postForm(service, '/oauth/token', form, { 'Idempotency-Key': crypto.randomUUID() });
  const second = await refresh(service, tokens.refresh_token);
  expect(second).toMatchObject({ ...passing, trips: 1 });
  expect(second.headers.get('Retry-After')).toMatch(/^[1-9]/);
  expect(second.headers.get('Content-Type')).toBe('application/problem+json');
  expect(second.body.refresh_token).toBeUndefined();
  // It is no fault of ours, which would ring somebody.
  expect(service.logged.filter(({ level }) => level === 'error')).toEqual([]);
  expect((await refresh(service, first.body.refresh_token)).status).toBe(200);
});

test('a fault that nobody foresaw says in OAuth’s words that it is one', async () => {
  const { service, tokens } = await signedIn();
  service.transport = async () => new Response('{"code":"42P01","message":"no"}', { status: 400 });
  const answer = await refresh(service, tokens.refresh_token);
  expect(answer).toMatchObject({ status: 500, body: { error: 'server_error', discard_credentials: false } });
});

test('an Idempotency-Key that is too short is invalid_request, and nothing is spent', async () => {
  const { service, tokens } = await signedIn();
  const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token };
  const answer = await postForm(service, '/oauth/token', form, { 'Idempotency-Key': 'short' });
  expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' }, trips: 0 });
  expect(answer.body.error_description).toContain('Idempotency-Key');
});

test('a token that was spent long ago ends the session, its owner is told, and the client is sent to sign in', async () => {
  const { service, email, tokens } = await signedIn();
  const next = await refresh(service, tokens.refresh_token);
  service.clock.advance(31);
  const replay = await refresh(service, tokens.refresh_token);
  expect(replay).toMatchObject({ status: 400, body: { error: 'invalid_grant' }, trips: 1 });
  expect(await refresh(service, next.body.refresh_token)).toMatchObject({
    status: 400,
    body: { error: 'invalid_grant' },
  });
  expect((await mailsTo(email, 2)).length).toBe(2);
});

test.for([
  ['no grant_type', { refresh_token: 'x' }, 'invalid_request'],
  ['an empty grant_type, which counts as none', { grant_type: '', refresh_token: 'x' }, 'invalid_request'],
  ['another grant_type', { grant_type: 'password' }, 'unsupported_grant_type'],
  ['no refresh_token', { grant_type: 'refresh_token' }, 'invalid_request'],
  ['a token that is none', { grant_type: 'refresh_token', refresh_token: 'x' }, 'invalid_grant'],
  ['a scope', { grant_type: 'refresh_token', refresh_token: 'x', scope: 'all' }, 'invalid_scope'],
  ['another client', { grant_type: 'refresh_token', refresh_token: 'x', client_id: 'b' }, 'invalid_client'],
  ['NUL', { grant_type: 'refresh_token', refresh_token: '\0' }, 'invalid_grant'],
] as const)('%s: 400 with an error of section 5.2 and nothing of the database', async ([, form, error]) => {
  const answer = await postForm(await startService(), '/oauth/token', form);
  expect(answer).toMatchObject({ status: 400, trips: 0, body: { error } });
  expect(Object.keys(answer.body).sort()).toEqual(['error', 'error_description']);
  // Section 5.2 allows these characters and no others.
  expect(answer.body.error_description).toMatch(/^[\x20\x21\x23-\x5B\x5D-\x7E]+$/);
  expect(answer.headers.get('Content-Type')).toMatch(/^application\/json/);
  expect(answer.headers.get('Cache-Control')).toBe('no-store');
});

test('an access token is no refresh token', async () => {
  const { service, tokens } = await signedIn();
  const answer = await refresh(service, tokens.access_token);
  expect(answer.status).toBe(400);
  expect(answer.trips).toBe(0);
});

test('unknown parameters are ignored, and so is the query', async () => {
  const { service, tokens } = await signedIn();
  expect((await refresh(service, tokens.refresh_token, { resource: 'x' })).status).toBe(200);
  const query = `grant_type=refresh_token&refresh_token=${tokens.refresh_token}`;
  expect(await postForm(service, `/oauth/token?${query}`, {})).toMatchObject({
    status: 400,
    body: { error: 'invalid_request' },
  });
});

test('a parameter that is there twice is refused, whichever it is', async () => {
  const { service, tokens } = await signedIn();
  for (const [twice, value] of [
    ['refresh_token', 'x'],
    ['grant_type', 'refresh_token'],
    ['resource', 'x'],
  ] as const) {
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh_token,
      resource: 'y',
    });
    form.append(twice, value);
    expect(await postForm(service, '/oauth/token', form)).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
      trips: 0,
    });
  }
});

test('a body that is no form is refused, one of 64 KiB or more before it is read whole', async () => {
  const service = await startService();
  const json = await service.call('POST', '/oauth/token', { json: { grant_type: 'refresh_token' } });
  expect(json).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  const large = await postForm(service, '/oauth/token', { refresh_token: 'x'.repeat(70_000) });
  expect(large).toMatchObject({ status: 413 });
  expect(large.headers.get('Content-Type')).toBe('application/problem+json');
  expect(large.body).toMatchObject({ error: 'invalid_request', error_description: expect.any(String) });
});

test('a client that tries to authenticate is told by the header it used that it cannot', async () => {
  const { service, tokens } = await signedIn();
  const answer = await postForm(
    service,
    '/oauth/token',
    { grant_type: 'refresh_token', refresh_token: tokens.refresh_token },
    { Authorization: `Basic ${btoa('app:secret')}` },
  );
  expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' }, trips: 0 });
  expect(answer.headers.get('WWW-Authenticate')).toMatch(/^Basic/);
});

test('a database that is away is a 503 and never a reason to sign in again', async () => {
  const { service, tokens } = await signedIn();
  const { transport } = service;
  service.transport = () => Promise.reject(new TypeError('the network is down'));
  const answer = await refresh(service, tokens.refresh_token);
  expect(answer.status).toBe(503);
  expect(answer.headers.get('Retry-After')).toBeTruthy();
  expect(answer.body).toMatchObject({ retryable: true, discard_credentials: false });
  expect(answer.body).toMatchObject({
    error: 'temporarily_unavailable',
    error_description: expect.any(String),
  });
  expect(answer.headers.get('Content-Type')).toBe('application/problem+json');
  service.transport = transport;
  expect((await refresh(service, tokens.refresh_token)).status).toBe(200);
});

test('a key that the service does not have is not said to be the fault of the token', async () => {
  const service = await startService();
  const stranger = await importKeySet([await newKey()]);
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: 'RS256', typ: 'rt+jwt', kid: stranger.signing.kid })
    .sign(stranger.signing.key);
  const answer = await refresh(service, token);
  expect(answer).toMatchObject({ ...passing, trips: 0 });
  expect(service.logged).toContainEqual(expect.objectContaining({ event: 'unknown-token-key' }));
});

test('the endpoints have POST and nothing else', async () => {
  const service = await startService();
  for (const path of ['/oauth/token', '/oauth/revoke']) {
    const answer = await service.call('GET', path);
    expect(answer.status).toBe(405);
    expect(answer.headers.get('Allow')).toBe('POST');
  }
});

test('a fault of ours is `server_error` in a problem document: no client takes it for tokens', async () => {
  const { service, tokens } = await signedIn();
  service.transport = async () => Response.json({ message: 'a fault', code: '42703' }, { status: 400 });
  for (const [path, form] of [
    ['/oauth/token', { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }],
    ['/oauth/revoke', { token: tokens.refresh_token }],
  ] as const) {
    const answer = await postForm(service, path, form);
    expect(answer).toMatchObject({ status: 500, body: { error: 'server_error', retryable: true } });
    expect(answer.headers.get('Content-Type')).toBe('application/problem+json');
    // Section 5.2 allows these characters and no others.
    expect(answer.body.error_description).toMatch(/^[\x20\x21\x23-\x5B\x5D-\x7E]+$/);
  }
});

test('nowhere else is there an `error` in a problem', async () => {
  const { service, tokens } = await signedIn();
  service.transport = () => Promise.reject(new TypeError('the network is down'));
  const answer = await service.call('GET', '/api/users/me', { bearer: tokens.access_token });
  expect(answer.status).toBe(503);
  expect(answer.body).not.toHaveProperty('error');
});

test('a client that could not be started says so in OAuth’s words too', async () => {
  const { default: worker } = await import('../../src/index.ts');
  const context = createExecutionContext();
  for (const [path, error] of [
    ['/oauth/token', 'temporarily_unavailable'],
    ['/api/auth/refresh', undefined],
  ] as const) {
    const request = new Request(`https://auth.example.test${path}`, { method: 'POST' });
    const answer = await worker.fetch(request as never, {}, context);
    expect(answer.status).toBe(503);
    expect(((await answer.json()) as { error?: string }).error).toBe(error);
  }
});

test.for<[string, string, number]>([
  ['our id and an empty secret', 'app:', 200],
  ['a secret', 'app:secret', 401],
  ['a secret of space', 'app: ', 401],
  ['another id and no secret', 'other:', 401],
  ['no id', ':', 401],
  ['no colon', 'app', 401],
])('Basic with %s is %s: %i', async ([, credentials, status]) => {
  const { service, tokens } = await signedIn();
  for (const scheme of ['Basic', 'basic', 'BASIC']) {
    const headers = { Authorization: `${scheme} ${btoa(credentials)}` };
    const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token };
    const answer = await postForm(service, '/oauth/token', form, headers);
    expect(answer.status).toBe(status);
    if (status === 401) {
      expect(answer).toMatchObject({ body: { error: 'invalid_client' }, trips: 0 });
      expect(answer.headers.get('WWW-Authenticate')).toBe('Basic');
    }
    const revoked = await postForm(service, '/oauth/revoke', { token: 'x' }, headers);
    expect(revoked.status).toBe(status);
  }
});

test('Basic that is no base64 is refused as a secret is, and an id is read whatever its letters', async () => {
  const service = await startService({ CLIENT_ID: 'app für/ü' });
  const status = async (credentials: string) => {
    const headers = { Authorization: `Basic ${credentials}` };
    return (await postForm(service, '/oauth/revoke', { token: 'x' }, headers)).status;
  };
  const base64 = (text: string) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  expect(await status(base64('app für/ü:'))).toBe(200);
  expect(await status(base64(`${encodeURIComponent('app für/ü')}:`))).toBe(200);
  expect(await status(base64('app für/ü:x'))).toBe(401);
  for (const none of ['!', '===', 'a']) expect(await status(none), none).toBe(401);
});

test('a form of 12,500 parameters costs no more than it is long', async () => {
  const service = await startService();
  const names = Array.from({ length: 12_500 }, (_, at) => at.toString(36)).join('&');
  const start = performance.now();
  const answer = await postForm(service, '/oauth/token', new URLSearchParams(names));
  expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  expect(performance.now() - start).toBeLessThan(500);
});
