// A token that is bound to a key is worth nothing as a bearer token, and a bearer token nothing as a bound one (RFC 9449,
// section 7). Ending a session takes any.

import { expect, test } from 'vitest';
import { problem } from '../accounts/people.ts';
import { newPerson } from '../mail/tables.ts';
import { postForm } from '../oauth/post-form.ts';
import { password, type Service, signIn, startService } from '../service.ts';
import { boundSession } from './bound.ts';
import { newKey } from './prover.ts';

const me = '/api/users/me';
const refused = { ...problem(401, 'invalid-access-token'), trips: 0 };

const isAlive = async (_service: Service, session: Awaited<ReturnType<typeof boundSession>>) =>
  (await session.call('GET', me)).status === 200;

test('in full mode the token says DPoP, and with proofs it opens what a bearer token opens', async () => {
  const service = await startService();
  const session = await boundSession(service, 'full');
  expect(session).toMatchObject({ token_type: 'DPoP' });
  expect(await session.call('GET', me)).toMatchObject({ status: 200, body: { email: session.email } });
  expect(await session.call('GET', '/api/auth/sessions')).toMatchObject({
    body: { data: [{ device_bound: true }] },
  });
});

test('a bound token as Bearer is refused, with its proof too, in a cookie too', async () => {
  const service = await startService();
  const { access_token, key } = await boundSession(service, 'full');
  const DPoP = await key.proof(`GET ${me}`, service.clock.now, { accessToken: access_token });
  for (const headers of [
    { Authorization: `Bearer ${access_token}` },
    { Authorization: `Bearer ${access_token}`, DPoP },
    { Authorization: `bearer ${access_token}`, DPoP },
    { Cookie: `__Host-access_token=${access_token}` },
    { Cookie: `__Host-access_token=${access_token}`, DPoP },
  ]) {
    const answer = await service.call('GET', me, { headers });
    expect(answer).toMatchObject(refused);
    expect(answer.headers.get('WWW-Authenticate')).toBe('DPoP error="invalid_token", algs="ES256"');
  }
});

test('a token that is bound to none is refused as DPoP, with a proof of it and without', async () => {
  const service = await startService();
  const { access_token, key } = await boundSession(service, 'refresh');
  const DPoP = await key.proof(`GET ${me}`, service.clock.now, { accessToken: access_token });
  const Authorization = `DPoP ${access_token}`;
  for (const headers of [{ Authorization }, { Authorization, DPoP }]) {
    const answer = await service.call('GET', me, { headers });
    expect(answer).toMatchObject(refused);
    expect(answer.headers.get('WWW-Authenticate')).toBe('DPoP error="invalid_token", algs="ES256"');
  }
  // As Bearer it needs no proof, and none spoils it.
  for (const headers of [{}, { DPoP }, { DPoP: 'x' }])
    expect(await service.call('GET', me, { bearer: access_token, headers })).toMatchObject({ status: 200 });
});

test('who brings no token learns both schemes', async () => {
  const service = await startService();
  const { headers } = await service.call('GET', me);
  expect(headers.get('WWW-Authenticate')).toBe('Bearer, DPoP algs="ES256"');
});

test('what a proof of one token, method or path allows, it allows for no other', async () => {
  const service = await startService();
  const session = await boundSession(service, 'full');
  const other = await boundSession(service, 'full', session.key);
  const now = service.clock.now;
  for (const [route, accessToken] of [
    [`GET ${me}`, other.access_token],
    [`PATCH ${me}`, session.access_token],
    ['GET /api/auth/sessions', session.access_token],
  ] as const) {
    const DPoP = await session.key.proof(route, now, { accessToken });
    expect(await session.call('GET', me, { headers: { DPoP } })).toMatchObject(
      problem(401, 'invalid-dpop-proof'),
    );
  }
});

test('a challenge to step up, and that of an ended session, have the scheme DPoP in full mode', async () => {
  const service = await startService();
  const session = await boundSession(service, 'full');
  service.clock.advance(601);
  const stepUp = await session.call('DELETE', me, { json: {} });
  expect(stepUp).toMatchObject(problem(401, 'recent-sign-in-required'));
  expect(stepUp.headers.get('WWW-Authenticate')).toBe(
    'DPoP error="insufficient_user_authentication", max_age="600", algs="ES256"',
  );
  const wrong = await session.call('POST', '/api/auth/change-password', {
    json: { current_password: 'not the password', new_password: `${password} sand` },
  });
  expect(wrong).toMatchObject(problem(401, 'invalid-credentials'));
  expect(wrong.headers.get('WWW-Authenticate')).toBe('DPoP algs="ES256"');
  await service.call('POST', '/api/auth/logout', { json: { refresh_token: session.refresh_token } });
  const ended = await session.call('GET', me);
  expect(ended).toMatchObject(problem(401, 'session-ended'));
  expect(ended.headers.get('WWW-Authenticate')).toBe('DPoP error="invalid_token", algs="ES256"');
});

test('full mode and cookies do not go together: a script could not hash the token', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const Origin = 'https://app.example.test';
  const login = async (more: object) =>
    service.call('POST', '/api/auth/login', {
      json: { email, password, token_delivery: 'cookie', ...more },
      headers: { Origin, DPoP: await (await newKey()).proof('POST /api/auth/login', service.clock.now) },
    });
  expect(await login({ dpop_mode: 'full' })).toMatchObject({
    ...problem(422, 'validation-failed'),
    trips: 0,
  });
  expect(await login({})).toMatchObject({ status: 200, body: { token_type: 'Bearer' } });
});

test('a bound refresh token in a cookie needs the proof as well', async () => {
  const service = await startService();
  const { refresh_token, key } = await boundSession(service, 'refresh');
  const headers = { Cookie: `__Host-refresh_token=${refresh_token}`, Origin: 'https://app.example.test' };
  expect(await service.call('POST', '/api/auth/refresh', { json: {}, headers })).toMatchObject(
    problem(400, 'device-key-required'),
  );
  const DPoP = await key.proof('POST /api/auth/refresh', service.clock.now);
  expect(
    await service.call('POST', '/api/auth/refresh', { json: {}, headers: { ...headers, DPoP } }),
  ).toMatchObject({ status: 200 });
});

test.for<[string, (session: Awaited<ReturnType<typeof boundSession>>, service: Service) => Promise<unknown>]>(
  [
    [
      'the refresh token alone',
      ({ refresh_token }, service) => service.call('POST', '/api/auth/logout', { json: { refresh_token } }),
    ],
    [
      'the refresh token and a bad proof',
      ({ refresh_token }, service) =>
        service.call('POST', '/api/auth/logout', { json: { refresh_token }, headers: { DPoP: 'x' } }),
    ],
    [
      'the access token as Bearer',
      ({ access_token }, service) =>
        service.call('POST', '/api/auth/logout', { json: {}, bearer: access_token }),
    ],
    [
      'the access token as DPoP, without a proof',
      ({ access_token }, service) =>
        service.call('POST', '/api/auth/logout', {
          json: {},
          headers: { Authorization: `DPoP ${access_token}` },
        }),
    ],
    [
      'the access token as DPoP, with a bad proof',
      ({ call }) => call('POST', '/api/auth/logout', { json: {}, headers: { DPoP: 'x' } }),
    ],
    [
      'the refresh token at /oauth/revoke',
      ({ refresh_token }, service) => postForm(service, '/oauth/revoke', { token: refresh_token }),
    ],
    [
      'the access token at /oauth/revoke, with a bad proof',
      ({ access_token }, service) =>
        postForm(service, '/oauth/revoke', { token: access_token }, { DPoP: 'x' }),
    ],
  ],
)('logging out takes %s', async ([, logout]) => {
  const service = await startService();
  const session = await boundSession(service, 'full');
  expect(await isAlive(service, session)).toBe(true);
  expect(await logout(session, service)).toMatchObject({ status: expect.toBeOneOf([200, 204]) });
  expect(await isAlive(service, session)).toBe(false);
});

test('what a forged token cannot end', async () => {
  const service = await startService();
  const session = await boundSession(service, 'full');
  const forged = `${session.access_token.slice(0, -8)}AAAAAAAA`;
  await service.call('POST', '/api/auth/logout', { json: {}, headers: { Authorization: `DPoP ${forged}` } });
  expect(await isAlive(service, session)).toBe(true);
  expect(await signIn(service, session.email)).toBeTruthy();
});
