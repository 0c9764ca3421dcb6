import { decodeProtectedHeader } from 'jose';
import { expect, test } from 'vitest';
import { codeIn, mailsTo, newAddress, password, startService } from './service.ts';

test('somebody registers, verifies, logs in, refreshes, logs out, and the refresh token is dead', async () => {
  const service = await startService();
  const email = newAddress();
  const registered = await service.call('POST', '/api/auth/register', {
    json: { email, password, name: 'Ada' },
  });
  expect(registered).toMatchObject({
    status: 202,
    body: { request: expect.any(String), expires_in: 86_400, code_length: 6, resend_after: 30 },
    trips: 1,
  });
  const [mail] = await mailsTo(email);
  expect(mail?.subject).toContain('Confirm your email');

  const early = await service.call('POST', '/api/auth/login', { json: { email, password } });
  expect(early).toMatchObject({
    status: 401,
    body: { type: expect.stringMatching(/\/problems\/invalid-credentials$/) },
  });

  const { request } = registered.body;
  const proof = { request, code: codeIn(mail), password };
  expect(await service.call('POST', '/api/auth/verify-email', { json: proof })).toMatchObject({
    status: 204,
    trips: 2,
  });

  const login = await service.call('POST', '/api/auth/login', {
    json: { email, password, device_name: 'Phone' },
  });
  expect(login).toMatchObject({ status: 200, trips: 2, body: { token_type: 'Bearer', expires_in: 900 } });
  expect(decodeProtectedHeader(login.body.access_token)).toMatchObject({ alg: 'RS256', typ: 'at+jwt' });

  const me = await service.call('GET', '/api/users/me', { bearer: login.body.access_token });
  expect(me).toMatchObject({
    status: 200,
    trips: 1,
    body: { email, email_verified: true, name: 'Ada', role: 'user' },
  });

  const refreshed = await service.call('POST', '/api/auth/refresh', {
    json: { refresh_token: login.body.refresh_token },
  });
  expect(refreshed).toMatchObject({ status: 200, trips: 1 });
  const retried = await service.call('POST', '/api/auth/refresh', {
    json: { refresh_token: login.body.refresh_token },
  });
  expect(retried.body.refresh_token).toBe(refreshed.body.refresh_token);

  const logout = await service.call('POST', '/api/auth/logout', {
    json: { refresh_token: retried.body.refresh_token },
  });
  expect(logout).toMatchObject({ status: 204, trips: 1 });
  const dead = await service.call('POST', '/api/auth/refresh', {
    json: { refresh_token: retried.body.refresh_token },
  });
  expect(dead).toMatchObject({ status: 401, body: { discard_credentials: true } });
});
