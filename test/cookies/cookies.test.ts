import { expect, test } from 'vitest';
import { type Answer, newUser, password, type Service, startService } from '../service.ts';

// Browser mode: neither token in a body, none readable by a script, none usable from another site.

const appOrigin = 'https://app.example.test';

async function signedIn(service: Service) {
  const { email } = await newUser(service);
  const login = await service.call('POST', '/api/auth/login', {
    json: { email, password, token_delivery: 'cookie' },
    headers: { Origin: appOrigin },
  });
  return { email, login, cookies: cookiesOf(login) };
}

/** By name: value and attributes as the browser was told. */
function cookiesOf(answer: Answer): Map<string, { value: string; attributes: string }> {
  return new Map(
    answer.headers.getSetCookie().map((line) => {
      const [, name = '', value = '', attributes = ''] = /^([^=]+)=([^;]*);? ?(.*)$/.exec(line) ?? [];
      return [name, { value, attributes }];
    }),
  );
}

function cookieHeader(cookies: Map<string, { value: string }>): string {
  return [...cookies].map(([name, { value }]) => `${name}=${value}`).join('; ');
}

test('a login by cookie has no token in its body, and cookies as narrow as they work', async () => {
  const { login, cookies } = await signedIn(await startService());
  expect(login.status).toBe(200);
  expect(Object.keys(login.body).sort()).toEqual([
    'expires_in',
    'refresh_expires_in',
    'session_id',
    'token_type',
  ]);
  expect(cookies.get('__Host-access_token')?.attributes).toBe(
    'Max-Age=900; Path=/; HttpOnly; Secure; SameSite=Strict',
  );
  expect(cookies.get('__Secure-refresh_token')?.attributes).toBe(
    'Max-Age=2592000; Path=/api/auth; HttpOnly; Secure; SameSite=Strict',
  );
  expect(cookies.get('logged_in')).toEqual({
    value: 'true',
    attributes: 'Max-Age=2592000; Path=/; Secure; SameSite=Strict',
  });
});

test('the access cookie reads without an Origin and changes with one of ours alone', async () => {
  const service = await startService({ CORS_ORIGINS: 'https://www.example.test' });
  const { cookies } = await signedIn(service);
  const Cookie = cookieHeader(cookies);
  expect((await service.call('GET', '/api/users/me', { headers: { Cookie } })).status).toBe(200);
  const change = (headers: Record<string, string>) =>
    service.call('PATCH', '/api/users/me', { json: { name: 'Grace' }, headers: { Cookie, ...headers } });
  expect((await change({ Origin: appOrigin })).status).toBe(200);
  expect((await change({ Origin: 'https://www.example.test' })).status).toBe(200);
  for (const headers of [
    {},
    { Origin: 'https://evil.test' },
    { Origin: 'null' },
    { Origin: `${appOrigin}.evil.test` },
    { Origin: appOrigin, 'Sec-Fetch-Site': 'cross-site' },
  ]) {
    const refused = await change(headers);
    expect(refused).toMatchObject({ status: 403, trips: 0 });
    expect(refused.body.type).toMatch(/\/problems\/cross-site-request$/);
  }
});

test('a refresh by cookie rotates in the cookie', async () => {
  const service = await startService();
  const { cookies } = await signedIn(service);
  const refreshed = await service.call('POST', '/api/auth/refresh', {
    headers: { Cookie: cookieHeader(cookies), Origin: appOrigin },
  });
  expect(refreshed.status).toBe(200);
  expect(refreshed.body).not.toHaveProperty('refresh_token');
  const successor = cookiesOf(refreshed).get('__Secure-refresh_token')?.value;
  expect(successor).toMatch(/^ey/);
  expect(successor).not.toBe(cookies.get('__Secure-refresh_token')?.value);

  const foreign = await service.call('POST', '/api/auth/refresh', {
    headers: { Cookie: cookieHeader(cookies), Origin: 'https://evil.test' },
  });
  expect(foreign.status).toBe(403);
});

test('a refresh without any token says which field is missing', async () => {
  const answer = await (await startService()).call('POST', '/api/auth/refresh');
  expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/refresh_token' }] } });
});

test('a login by cookie takes a page of ours', async () => {
  const service = await startService();
  const { email } = await newUser(service);
  const answer = await service.call('POST', '/api/auth/login', {
    json: { email, password, token_delivery: 'cookie' },
    headers: { Origin: 'https://evil.test' },
  });
  expect(answer).toMatchObject({ status: 403, trips: 0 });
});

const cleared = ['__Host-access_token', '__Secure-refresh_token', 'logged_in'];

test.for([
  ['POST', '/api/auth/logout'],
  ['POST', '/api/auth/logout-all'],
] as const)('%s %s clears the cookies', async ([method, path]) => {
  const service = await startService();
  const { cookies } = await signedIn(service);
  const headers = { Cookie: cookieHeader(cookies), Origin: appOrigin };
  const answer = await service.call(method, path, { headers });
  expect(answer.status).toBe(204);
  for (const name of cleared) expect(cookiesOf(answer).get(name)?.attributes).toMatch(/^Max-Age=0; /);
  expect((await service.call('GET', '/api/users/me', { headers })).status).toBe(401);
});

test('a problem that discards credentials clears the cookies', async () => {
  const service = await startService();
  const { cookies } = await signedIn(service);
  const headers = { Cookie: cookieHeader(cookies), Origin: appOrigin };
  await service.call('POST', '/api/auth/logout', { headers });
  const ended = await service.call('POST', '/api/auth/refresh', { headers });
  expect(ended.body.discard_credentials).toBe(true);
  for (const name of cleared) expect(cookiesOf(ended).get(name)?.value).toBe('');
});

test('CORS answers the listed origins with credentials and no other', async () => {
  const service = await startService({ CORS_ORIGINS: 'https://www.example.test, http://localhost:5173' });
  const preflight = await service.call('OPTIONS', '/api/auth/login', {
    headers: { Origin: 'http://localhost:5173', 'Access-Control-Request-Method': 'POST' },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('Access-Control-Allow-Origin')).toBe('http://localhost:5173');
  expect(preflight.headers.get('Access-Control-Allow-Credentials')).toBe('true');
  const refused = await service.call('GET', '/api/users/me', {
    headers: { Origin: 'https://www.example.test' },
  });
  expect(refused.status).toBe(401);
  expect(refused.headers.get('Access-Control-Allow-Origin')).toBe('https://www.example.test');
  const foreign = await service.call('GET', '/api/users/me', { headers: { Origin: 'https://evil.test' } });
  expect(foreign.headers.get('Access-Control-Allow-Origin')).toBeNull();
  const closed = await (await startService()).call('GET', '/api/users/me', {
    headers: { Origin: appOrigin },
  });
  expect(closed.headers.get('Access-Control-Allow-Origin')).toBeNull();
});
