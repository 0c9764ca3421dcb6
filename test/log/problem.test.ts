// The line of a refused request: what it came to, and from which network it came.

import { describe, expect, test } from 'vitest';
import { limitOf } from '../limits/limiters.ts';
import { logIn } from '../login/accounts.ts';
import { byLink, forgetful, otherPassword, reset } from '../mail/granted.ts';
import { newPerson } from '../mail/tables.ts';
import { postForm } from '../oauth/post-form.ts';
import { open, press } from '../pages/pages.ts';
import { type Answer, newAddress, password, type Service, signIn, startService } from '../service.ts';
import { lastLine } from './last-line.ts';

const key = () => ({ 'Idempotency-Key': crypto.randomUUID() });
const from = (ip: string) => ({ headers: { 'CF-Connecting-IP': ip } });

describe('the name of the problem', () => {
  type Case = [name: string, status: number, call: (service: Service) => Promise<Answer>];
  const cases: readonly Case[] = [
    ['not-found', 404, (service) => service.call('GET', '/nothing')],
    ['not-found', 404, (service) => open(service, '/nothing')],
    ['method-not-allowed', 405, (service) => service.call('PUT', '/api/auth/login')],
    [
      'body-too-large',
      413,
      (service) => service.call('POST', '/api/auth/login', { json: { email: 'x'.repeat(70_000) } }),
    ],
    [
      'malformed-body',
      400,
      (service) =>
        service.call('POST', '/api/auth/login', {
          body: '{',
          headers: { 'Content-Type': 'application/json' },
        }),
    ],
    ['validation-failed', 422, (service) => service.call('POST', '/api/auth/login', { json: {} })],
    ['invalid-access-token', 401, (service) => service.call('GET', '/api/users/me')],
    [
      'weak-password',
      422,
      async (service) => reset(service, byLink(await forgetful(service)), 'passwordpassword'),
    ],
    [
      'invalid-token',
      400,
      async (service) => {
        const { token } = await forgetful(service);
        await reset(service, { token });
        return press(service, '/reset-password', { token, password: otherPassword });
      },
    ],
    [
      'invalid_client',
      401,
      (service) => postForm(service, '/oauth/token', {}, { Authorization: 'Basic eDp5' }),
    ],
    ['invalid_request', 400, (service) => postForm(service, '/oauth/token', {})],
    [
      'invalid-refresh-token',
      400,
      (service) =>
        postForm(service, '/oauth/token', { grant_type: 'refresh_token', refresh_token: 'no token' }),
    ],
    [
      'service-unavailable',
      503,
      (service) => {
        service.transport = () => Promise.reject(new TypeError('the network is down'));
        return logIn(service, newAddress(), password);
      },
    ],
    [
      'internal-error',
      500,
      (service) => {
        service.transport = async () => Response.json({ message: 'a fault', code: '42703' }, { status: 400 });
        return logIn(service, newAddress(), password);
      },
    ],
  ];
  test.for(cases)('%s, with %i, is in the line', async ([problem, status, call]) => {
    const service = await startService();
    expect((await call(service)).status).toBe(status);
    expect(lastLine(service)).toMatchObject({ status, problem });
  });

  test('is what the other door calls it, where /oauth/token answers that it is not available', async () => {
    const service = await startService();
    const { refresh_token } = await signIn(service, (await newPerson(service)).email);
    const spend = () =>
      postForm(service, '/oauth/token', { grant_type: 'refresh_token', refresh_token }, key());
    expect((await spend()).status).toBe(200);
    expect(lastLine(service)?.['problem']).toBeUndefined();
    expect((await spend()).status).toBe(503);
    expect(lastLine(service)).toMatchObject({ status: 503, problem: 'refresh-superseded' });
  });

  test('is that of a limit as well', async () => {
    const service = await startService({ LOGIN_LIMIT: limitOf(0) });
    await logIn(service, newAddress(), password, {}, from('192.0.2.7'));
    expect(lastLine(service)).toMatchObject({
      status: 429,
      problem: 'too-many-requests',
      network: '192.0.2.7',
    });
  });
});

test.for([
  ['192.0.2.7', '192.0.2.7'],
  ['2001:DB8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
] as const)('a refusal to %s names the network %s, and an answer names none', async ([ip, network]) => {
  const service = await startService();
  const { email } = await newPerson(service);
  await logIn(service, email, 'wrong horse', {}, from(ip));
  expect(lastLine(service)).toMatchObject({ status: 401, network });
  service.transport = () => Promise.reject(new TypeError('the network is down'));
  await logIn(service, newAddress(), password, {}, from(ip));
  expect(lastLine(service)).toMatchObject({ status: 503, network });
  await service.call('GET', '/.well-known/jwks.json', from(ip));
  expect(lastLine(service)).toMatchObject({ status: 200, network: undefined });
});

test('what is no address where Cloudflare names one is not logged', async () => {
  const service = await startService();
  await logIn(service, newAddress(), password, {}, from('a@b.example'));
  expect(lastLine(service)).toMatchObject({ status: 401, network: null });
});

test('what is counted of a request is what it was: neither who nor why', async () => {
  const points: unknown[] = [];
  const service = await startService({
    ANALYTICS: { writeDataPoint: (point: unknown) => points.push(point) },
  });
  await logIn(service, (await newPerson(service)).email, 'wrong horse', {}, from('192.0.2.7'));
  expect(points).toEqual([
    {
      indexes: ['/api/auth/login'],
      blobs: ['POST', '/api/auth/login', '401', '', 'invalid-credentials'],
      doubles: [expect.any(Number), expect.any(Number), 2],
    },
  ]);
});
