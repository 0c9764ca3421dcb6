import { expect, test } from 'vitest';
import { type Answer, newUser, password, type Service, signIn, startService } from '../service.ts';

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
  expect(cookies.get('__Host-refresh_token')?.attributes).toBe(
    'Max-Age=2592000; Path=/; HttpOnly; Secure; SameSite=Strict',
  );
  expect(cookies.get('logged_in')).toEqual({
    value: 'true',
    attributes: 'Max-Age=2592000; Path=/; Secure; SameSite=Strict',
  });
});

test('the access cookie reads without an Origin and changes with one of ours alone', async () => {
  const service = await startService({
    WEB_ORIGINS: 'https://www.example.test',
    CORS_ORIGINS: 'https://bearer.example.test',
  });
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
    { Origin: 'https://bearer.example.test' },
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
  const successor = cookiesOf(refreshed).get('__Host-refresh_token')?.value;
  expect(successor).toMatch(/^ey/);
  expect(successor).not.toBe(cookies.get('__Host-refresh_token')?.value);

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

const cleared = ['__Host-access_token', '__Host-refresh_token', 'logged_in'];

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

test('what came by cookie leaves by cookie: a body is refused, and nothing is spent', async () => {
  const service = await startService();
  const { cookies } = await signedIn(service);
  const headers = { Cookie: cookieHeader(cookies), Origin: appOrigin };
  const asked = await service.call('POST', '/api/auth/refresh', {
    json: { token_delivery: 'body' },
    headers,
  });
  expect(asked).toMatchObject({ status: 422, trips: 0, body: { errors: [{ pointer: '/token_delivery' }] } });
  expect(asked.headers.getSetCookie()).toEqual([]);
  const refreshed = await service.call('POST', '/api/auth/refresh', { headers });
  expect(refreshed.status).toBe(200);
});

test('what came in a body goes into cookies for a page of ours alone, and otherwise nothing is spent', async () => {
  const service = await startService({
    WEB_ORIGINS: 'https://www.example.test',
    CORS_ORIGINS: 'https://bearer.example.test',
  });
  const { email } = await newUser(service);
  const { refresh_token } = await signIn(service, email);
  const moved = (headers: Record<string, string>) =>
    service.call('POST', '/api/auth/refresh', {
      json: { refresh_token, token_delivery: 'cookie' },
      headers,
    });
  for (const headers of [
    {},
    { Origin: 'https://evil.test' },
    { Origin: 'https://bearer.example.test' },
    { Origin: 'https://www.example.test', 'Sec-Fetch-Site': 'cross-site' },
  ]) {
    const refused = await moved(headers);
    expect(refused).toMatchObject({ status: 403, trips: 0 });
    expect(refused.body.type).toMatch(/\/problems\/cross-site-request$/);
    expect(refused.headers.getSetCookie()).toEqual([]);
  }
  const taken = await moved({ Origin: 'https://www.example.test' });
  expect(taken.status).toBe(200);
  // Of generation 1: the refused ones have spent nothing.
  const claims = JSON.parse(atob(cookiesOf(taken).get('__Host-refresh_token')?.value.split('.')[1] ?? ''));
  expect(claims.jti).toMatch(/\.1$/);
});

test('a cookie that a sibling host can set is never read', async () => {
  const service = await startService();
  const [ours, theirs] = [await signedIn(service), await signedIn(service)];
  const tossed = `__Secure-refresh_token=${theirs.cookies.get('__Host-refresh_token')?.value}`;
  const refresh = (Cookie: string) =>
    service.call('POST', '/api/auth/refresh', { headers: { Cookie, Origin: appOrigin } });
  // The narrower path would come first.
  const refreshed = await refresh(`${tossed}; ${cookieHeader(ours.cookies)}`);
  expect(refreshed).toMatchObject({ status: 200, body: { session_id: ours.login.body.session_id } });
  expect(cookiesOf(refreshed).get('__Secure-refresh_token')).toEqual({
    value: '',
    attributes: 'Max-Age=0; Path=/api/auth; HttpOnly; Secure; SameSite=Strict',
  });
  const alone = await refresh(tossed);
  expect(alone).toMatchObject({ status: 401, trips: 0, body: { discard_credentials: true } });
  expect(cookiesOf(alone).get('__Secure-refresh_token')?.attributes).toMatch(/^Max-Age=0; /);
});

test('the cookie of 0.1.0 is cleared where it still comes, and nowhere else', async () => {
  const service = await startService();
  const { email } = await newUser(service);
  const login = (headers: Record<string, string>) =>
    service.call('POST', '/api/auth/login', {
      json: { email, password, token_delivery: 'cookie' },
      headers: { Origin: appOrigin, ...headers },
    });
  expect(cookiesOf(await login({})).has('__Secure-refresh_token')).toBe(false);
  const told = cookiesOf(await login({ Cookie: '__Secure-refresh_token=old' }));
  expect(told.get('__Secure-refresh_token')?.attributes).toMatch(/^Max-Age=0; Path=\/api\/auth; /);
});

test('of two different cookies of one name neither counts; twice the same is one', async () => {
  const service = await startService();
  const [ours, theirs] = [await signedIn(service), await signedIn(service)];
  const value = (of: typeof ours, name: string) => `${name}=${of.cookies.get(name)?.value}`;
  const calls = [
    ['__Host-refresh_token', 'POST', '/api/auth/refresh', 200],
    ['__Host-refresh_token', 'POST', '/api/auth/logout', 204],
    ['__Host-access_token', 'GET', '/api/users/me', 200],
    ['__Host-access_token', 'PATCH', '/api/users/me', 200],
  ] as const;
  for (const [name, method, path] of calls) {
    for (const pair of [
      [theirs, ours],
      [ours, theirs],
    ] as const) {
      const Cookie = pair.map((of) => value(of, name)).join('; ');
      const json = method === 'GET' ? undefined : {};
      const answer = await service.call(method, path, { headers: { Cookie, Origin: appOrigin }, json });
      expect(answer).toMatchObject({ status: 403, trips: 0, body: { discard_credentials: false } });
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
  }
  for (const [name, method, path, status] of [calls[2], calls[0]]) {
    const Cookie = `${value(ours, name)}; ${value(ours, name)}`;
    const answer = await service.call(method, path, { headers: { Cookie, Origin: appOrigin } });
    expect(answer.status).toBe(status);
  }
});

const cross = (answer: Answer) => [
  answer.headers.get('Access-Control-Allow-Origin'),
  answer.headers.get('Access-Control-Allow-Credentials'),
];

test('WEB_ORIGINS may call with cookies, CORS_ORIGINS without, and no other origin may', async () => {
  const service = await startService({
    WEB_ORIGINS: 'https://www.example.test, capacitor://localhost',
    CORS_ORIGINS: 'http://localhost:5173, chrome-extension://abcdefghijklmnop',
  });
  const preflight = (Origin: string) =>
    service.call('OPTIONS', '/api/auth/login', {
      headers: { Origin, 'Access-Control-Request-Method': 'POST' },
    });
  const call = (Origin: string) => service.call('GET', '/api/users/me', { headers: { Origin } });
  for (const origin of ['https://www.example.test', 'capacitor://localhost']) {
    expect([
      (await preflight(origin)).status,
      cross(await preflight(origin)),
      cross(await call(origin)),
    ]).toEqual([204, [origin, 'true'], [origin, 'true']]);
  }
  for (const origin of ['http://localhost:5173', 'chrome-extension://abcdefghijklmnop']) {
    expect([
      (await preflight(origin)).status,
      cross(await preflight(origin)),
      cross(await call(origin)),
    ]).toEqual([204, [origin, null], [origin, null]]);
  }
  for (const origin of ['https://evil.test', 'null', 'https://www.example.test.evil.test', appOrigin]) {
    expect([cross(await preflight(origin)), cross(await call(origin))]).toEqual([
      [null, null],
      [null, null],
    ]);
  }
  expect((await call('https://evil.test')).headers.get('Vary')).toContain('Origin');
  const closed = await (await startService()).call('GET', '/api/users/me', {
    headers: { Origin: appOrigin },
  });
  expect(cross(closed)).toEqual([null, null]);
});

test('a preflight lets the headers of tracing through', async () => {
  const service = await startService({ CORS_ORIGINS: 'https://www.example.test' });
  const answer = await service.call('OPTIONS', '/api/auth/refresh', {
    headers: { Origin: 'https://www.example.test', 'Access-Control-Request-Method': 'POST' },
  });
  const allowed = (answer.headers.get('Access-Control-Allow-Headers') ?? '').toLowerCase().split(',');
  for (const name of ['sentry-trace', 'baggage', 'traceparent', 'tracestate', 'x-requested-with']) {
    expect(allowed).toContain(name);
  }
});

test.for([
  '/.well-known/jwks.json',
  '/.well-known/oauth-authorization-server',
  '/api/healthchecker',
  '/api/readiness',
])('%s may be read from any origin, and without credentials', async (path) => {
  for (const changed of [{}, { WEB_ORIGINS: 'https://www.example.test' }]) {
    const service = await startService(changed);
    for (const Origin of ['https://evil.test', 'https://www.example.test']) {
      expect(cross(await service.call('GET', path, { headers: { Origin } }))).toEqual(['*', null]);
    }
    const headers = { Origin: 'https://evil.test', 'Access-Control-Request-Method': 'GET' };
    expect(cross(await service.call('OPTIONS', path, { headers }))).toEqual(['*', null]);
  }
});

test('where this machine is the issuer, a binding may leave the port open', async () => {
  const service = await startService({ ISSUER: 'http://localhost:8787', WEB_ORIGINS: 'http://localhost:*' });
  const call = (Origin: string) => service.call('GET', '/api/users/me', { headers: { Origin } });
  for (const origin of ['http://localhost:5173', 'http://localhost']) {
    expect(cross(await call(origin))).toEqual([origin, 'true']);
  }
  for (const origin of [
    'https://localhost:5173',
    'http://localhost:5173.evil.test',
    'http://localhost.evil.test:5173',
    'http://evil.test:5173',
    'http://localhost:',
  ]) {
    expect(cross(await call(origin))).toEqual([null, null]);
  }
});
