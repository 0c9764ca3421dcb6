import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  callAs,
  changesSomething,
  isBehindSession,
  isGuarded,
  isPage,
  type Route,
  routes,
  speaksOAuth,
  withApps,
} from './endpoints.ts';
import { insertImported } from './mail/tables.ts';
import { newSender } from './plausible.ts';
import { prepared } from './prepared.ts';
import { expectAnyProblem, expectProblem, statuses } from './problem-document.ts';
import {
  type Answer,
  type CallOptions,
  newAddress,
  password,
  type Service,
  signIn,
  startService,
  type Tokens,
} from './service.ts';

/** Each with what of it fits into a title. */
const titled = (values: string[]) => values.map((value) => [value.slice(0, 40), value] as const);

let service: Service;
let person: Awaited<ReturnType<typeof newSender>>;
let email: string;
let tokens: Tokens;
/** Everything that was sent as a value and may be a secret or somebody's address. */
const sent = new Set<string>();

beforeAll(async () => {
  service = await startService(withApps);
  person = await newSender(service);
  ({ email } = person);
  tokens = person;
  for (const secret of [email, password, tokens.access_token, tokens.refresh_token]) sent.add(secret);
});

// A test that shortens a deadline shortens it for itself.
afterEach(() => {
  vi.restoreAllMocks();
});

function call(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
  for (const value of Object.values({ bearer: options.bearer, ...Object(options.json) })) {
    if (typeof value === 'string' && value.length >= 8) sent.add(value);
  }
  return service.call(method, path, options);
}

describe('a path', () => {
  test.for(
    titled([
      '/api',
      '/api/',
      '/api/users',
      '/api/auth/login/',
      '/API/AUTH/LOGIN',
      '//api/auth/login',
      '/api/auth/login%00',
      '/api/auth/sessions/a/b',
      '/%',
      '/%00',
      '/%E0%A4%A',
      '/__proto__',
      '/constructor',
      '/.env',
      "/'%20or%201=1--",
      `/${'a'.repeat(8_000)}`,
    ]),
  )('that nothing is at is 404: %j', async ([, path]) => {
    for (const method of ['GET', 'POST', 'DELETE', 'OPTIONS'])
      expectProblem(await call(method, path), 'not-found');
    expect(await call('HEAD', path)).toMatchObject({ status: 404, text: '' });
  });

  test('has the methods that it has: any other is 405 with those in Allow, and an error is nothing but a problem', async () => {
    for (const path of new Set(routes.map((route) => route.path))) {
      const here = new Map(
        routes.filter((route) => route.path === path).map((route) => [route.method, route]),
      );
      const allowed = [...here.keys(), ...(here.has('GET') ? ['HEAD'] : [])];
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND']) {
        const answer = await call(method, path);
        const said = `${method} ${path}: ${answer.status} ${answer.text}`;
        const route = here.get(method === 'HEAD' ? 'GET' : method);
        if (!route) {
          expect(answer.status, said).toBe(405);
          expect(answer.headers.get('Allow')?.split(', ').sort(), said).toEqual(allowed.toSorted());
        } else if (method === 'HEAD' || answer.status < 400) {
          expect(isGuarded(route) ? 401 : 200, said).toBe(answer.status);
        } else {
          expect(speaksOAuth(route) ? [400] : [401, 404, 415, 422], said).toContain(answer.status);
        }
        if (method === 'HEAD') expect(answer.text).toBe('');
        else if (answer.status === 405 || (answer.status >= 400 && !(route && speaksOAuth(route))))
          expectAnyProblem(answer);
      }
    }
  });

  test.for(['/api/healthchecker', '/api/readiness', '/.well-known/jwks.json'])(
    'that answers GET answers HEAD with the same headers and no body: %s',
    async (path) => {
      const [get, head] = [await call('GET', path), await call('HEAD', path)];
      expect(head).toMatchObject({ status: 200, text: '' });
      for (const header of ['Content-Type', 'Cache-Control'])
        expect(head.headers.get(header)).toBe(get.headers.get(header));
    },
  );
});

const withBody = [
  'POST /api/auth/register',
  'POST /api/auth/verify-email',
  'POST /api/auth/login',
  'POST /api/auth/refresh',
  'POST /api/auth/logout',
].map((route) => route.split(' ') as [string, string]);

describe.for(withBody)('the body of %s %s', ([method, path]) => {
  const send = (body: BodyInit, type: string | undefined = 'application/json', headers = {}) =>
    call(method, path, { body, headers: { ...(type && { 'Content-Type': type }), ...headers } });

  test.for([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/json',
    'application/jsonp',
    'application/json5',
    'application/xml',
    'application/jsonx; charset=utf-8',
    'text/plain; application/json',
    ';application/json',
    'json',
    '*/*',
    ' ',
  ])('is 415 as %j', async (type) => {
    expectProblem(await send('{}', type), 'unsupported-media-type');
  });

  test('is 415 without a type', async () => {
    const bytes = new TextEncoder().encode('{}');
    expectProblem(await send(bytes, ''), 'unsupported-media-type');
  });

  test.for([
    'application/json; charset=utf-8',
    'application/json;charset="utf-8"',
    'Application/JSON',
    'application/json ;charset=utf-8',
    'application/json;',
    'application/merge-patch+json',
  ])('is read as %j', async (type) => {
    expectProblem(await send('{"refresh_token":', type), 'malformed-body');
  });

  test.for(
    titled([
      '{',
      '{"email":"a@b.example"',
      '{"email":"a@b.example",}',
      "{'email':1}",
      '{email:1}',
      '{"email":01}',
      '{"email":NaN}',
      '{"email":"\n"}',
      '{"email":"\\x"}',
      '{} {}',
      '{}\0',
      '[',
      '"',
      'nul',
      ' ',
      '\u00a0{}',
      '<html>',
      'email=a',
      '['.repeat(60_000),
      '{"a":'.repeat(12_000),
      `${'['.repeat(30_000)}${']'.repeat(29_999)}`,
    ]),
  )('is 400 where it is not JSON: %j', async ([, body]) => {
    expectProblem(await send(body), 'malformed-body');
  });

  test.for(
    titled([
      'null',
      '[]',
      '[{}]',
      '5',
      '-0',
      '1e999',
      '"text"',
      'true',
      `${'['.repeat(30_000)}${']'.repeat(30_000)}`,
    ]),
  )('is 422 where it is JSON and no object: %j', async ([, body]) => {
    const answer = await send(body);
    expectProblem(answer, 'validation-failed');
    expect(answer.body.errors).toEqual([{ pointer: '', detail: 'must be of type object' }]);
  });

  test('may nest 30,000 levels deep where nobody looks, and where somebody does', async () => {
    const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
    expectAnyProblem(await send(`{"zzz":${deep}}`));
    for (const field of ['email', 'refresh_token', 'token', '__proto__', 'constructor']) {
      expectAnyProblem(await send(`{"${field}":${deep}}`));
    }
  });

  test('counts the last of two fields of one name', async () => {
    const [first, last] = ['"x"', '5'];
    const fields = ['email', 'password', 'name', 'token', 'code', 'refresh_token'];
    const body = `{${fields.map((field) => `"${field}":${first},"${field}":${last}`).join(',')}}`;
    expectProblem(await send(body), 'validation-failed');
  });

  test('is 413 over 64 KiB and not at 64 KiB', async () => {
    const padded = (length: number) => `{"zzz":"${'a'.repeat(length - 10)}"}`;
    expectAnyProblem(await send(padded(65_536)));
    expect((await send(padded(65_536))).status).not.toBe(413);
    expectProblem(await send(padded(65_537)), 'body-too-large');
  });

  test('is 413 by its Content-Length alone: nothing of it is read', async () => {
    const { body, pulled } = large();
    expectProblem(await send(body, undefined, { 'Content-Length': '65537' }), 'body-too-large');
    expect(pulled()).toBeLessThanOrEqual(16_384);
  });

  test('is 413 without a length as soon as it is over 64 KiB: the rest is not read', async () => {
    const { body, pulled } = large();
    expectProblem(await send(body), 'body-too-large');
    expect(pulled()).toBeLessThanOrEqual(65_536 + 3 * 16_384);
  });

  test('is 413 without a length whatever the other headers claim', async () => {
    const { body, pulled } = large();
    const headers = { 'Transfer-Encoding': 'chunked', 'Content-Length': '2' };
    expectProblem(await send(body, undefined, headers), 'body-too-large');
    expect(pulled()).toBeLessThanOrEqual(65_536 + 3 * 16_384);
  });
});

/**
 * A body of 1 MiB, and how many bytes of it were asked for: one chunk is asked for before anybody reads. It ends, so that
 * a service without a limit fails a test rather than reads for ever.
 */
function large() {
  let bytes = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (bytes >= 1_048_576) return controller.close();
      bytes += 16_384;
      controller.enqueue(new Uint8Array(16_384).fill(0x20));
    },
  });
  return { body, pulled: () => bytes };
}

test.for<[string, object, string[]]>([
  ['register', {}, ['/email', '/name']],
  [
    'register',
    { email: 'a', password: '', name: '\n', photo: 'javascript:x' },
    ['/email', '/password', '/name', '/photo'],
  ],
  ['register', { email: null, password: 5, name: [], photo: {} }, ['/email', '/password', '/name', '/photo']],
  ['register', { email: 'a@b.example\0', password: '\ud800', name: 'a\0' }, ['/email', '/password', '/name']],
  ['register', { email: 'ok@b.example', password, name: 'A'.repeat(101) }, ['/name']],
  ['login', {}, ['/email', '/password']],
  [
    'login',
    { email: 'ok@b.example', password: 'x', device_name: 5, token_delivery: 'no' },
    ['/token_delivery'],
  ],
  ['login', { email: 'ok@b.example', password: 'x'.repeat(4_097) }, ['/password']],
  ['refresh', {}, ['/refresh_token']],
  ['refresh', { refresh_token: '' }, ['/refresh_token']],
  ['refresh', { refresh_token: 'x'.repeat(8_193) }, ['/refresh_token']],
  ['refresh', { refresh_token: '\0' }, ['/refresh_token']],
  ['logout', { refresh_token: 5 }, ['/refresh_token']],
  ['verify-email', { token: 5 }, ['/token']],
  ['verify-email', { token: 'x'.repeat(129) }, ['/token']],
  ['verify-email', { request: '', code: '' }, ['/request', '/code']],
  ['verify-email', {}, ['']],
  ['verify-email', { request: 'x' }, ['']],
  ['verify-email', { email: 'ok@b.example', code: '123456' }, ['']],
  ['verify-email', { token: `r${'A'.repeat(43)}` }, ['/password']],
  ['resend-verification', { email: 'ok@b.example' }, ['/request']],
  ['undo-email-change', {}, ['/token']],
])('every field of %s that is wrong is pointed at (%#)', async ([name, json, pointers]) => {
  const answer = await call('POST', `/api/auth/${name}`, { json });
  expectProblem(answer, 'validation-failed');
  const found = answer.body.errors.map(({ pointer }: { pointer: string }) => pointer);
  expect(found.toSorted()).toEqual(pointers.toSorted());
});

test('a missing field is required, another type is named, and no value is said back', async () => {
  const json = { password: 5, name: 'secret-\u0007-value' };
  const { body, text } = await call('POST', '/api/auth/register', { json });
  expect(body.errors).toEqual([
    { pointer: '/email', detail: 'is required' },
    { pointer: '/password', detail: 'must be of type string' },
    { pointer: '/name', detail: 'must be one line without control characters' },
  ]);
  expect(text).not.toContain('value');
});

test('a weak password is 422 at its field', async () => {
  const answer = await call('POST', '/api/auth/register', {
    json: { email: newAddress(), name: 'Ada', password: 'password1234567' },
  });
  expectProblem(answer, 'weak-password');
  expect(answer.body.errors).toEqual([
    { pointer: '/password', detail: answer.body.detail, reason: 'common' },
  ]);
});

describe('without a good access token every endpoint that asks for one is 401 with a challenge', () => {
  const guarded = routes.filter(isGuarded);
  const send = (route: Route, options: CallOptions) =>
    call(route.method, route.path, changesSomething(route) ? { json: {}, ...options } : options);

  test('and those are all that do', async () => {
    const asking = await Promise.all(
      routes.map(async (route) => {
        const { body } = await call(route.method, route.path);
        return body?.type?.endsWith('/invalid-access-token') ? [route.route] : [];
      }),
    );
    expect(asking.flat()).toEqual(guarded.map(({ route }) => route));
    expect(guarded.length).toBeGreaterThan(15);
  });

  test('no token: the challenge names both schemes and no error (RFC 6750, section 3.1; RFC 9449, section 7.1)', async () => {
    for (const route of guarded) {
      for (const Authorization of [undefined, '', 'Bearer', 'Basic YTpi', 'Bearer a b', 'DPoP']) {
        const answer = await send(route, { headers: Authorization === undefined ? {} : { Authorization } });
        expectProblem(answer, 'invalid-access-token');
        expect(answer.headers.get('WWW-Authenticate')).toBe('Bearer, DPoP algs="ES256"');
      }
    }
  });

  test.for<[string, () => string]>([
    ['that is no token', () => 'x'],
    ['that is cut', () => tokens.access_token.slice(0, -4)],
    ['of another payload', () => tokens.access_token.replace(/\.[^.]+\./, '.e30.')],
    ['of the other kind', () => tokens.refresh_token],
    ['unsigned', () => `${btoa('{"alg":"none","typ":"at+jwt"}').replaceAll('=', '')}.e30.`],
    ['of a key that nobody has', () => withHeader(tokens.access_token, { kid: 'gone' })],
    ['whose kid is a number', () => withHeader(tokens.access_token, { kid: 5 })],
    ['of 10,000 letters', () => 'a'.repeat(10_000)],
  ])('a token %s', async ([, token]) => {
    for (const route of guarded) {
      const answer = await send(route, { bearer: token() });
      expectProblem(answer, 'invalid-access-token');
      expect(answer.headers.get('WWW-Authenticate')).toBe('Bearer error="invalid_token"');
    }
  });

  test('a token that has expired', async () => {
    const later = await startService(withApps);
    later.clock.advance(906);
    for (const route of guarded) {
      const answer = await later.call(route.method, route.path, {
        bearer: tokens.access_token,
        ...(changesSomething(route) && { json: {} }),
      });
      expectProblem(answer, 'invalid-access-token');
      expect(answer.body.detail).toBe('The access token has expired.');
      expect(answer.headers.get('WWW-Authenticate')).toBe('Bearer error="invalid_token"');
    }
  });

  test('a token whose session has ended', async () => {
    const ended = await signIn(service, email);
    await call('POST', '/api/auth/logout', { bearer: ended.access_token });
    for (const route of routes.filter(isBehindSession)) {
      const answer = await callAs(service, { ...person, ...ended }, route);
      expectProblem(answer, 'session-ended');
      expect(answer.headers.get('WWW-Authenticate')).toBe('Bearer error="invalid_token"');
    }
  });
});

/** The token under another header: its signature is wrong, which nobody gets to see. */
function withHeader(token: string, more: object): string {
  const [header = '', ...rest] = token.split('.');
  const changed = { ...JSON.parse(atob(header.replaceAll('-', '+').replaceAll('_', '/'))), ...more };
  return [
    btoa(JSON.stringify(changed)).replaceAll('=', '').replaceAll('+', '-').replaceAll('/', '_'),
    ...rest,
  ].join('.');
}

describe('a refresh token', () => {
  const refresh = (token: string) => call('POST', '/api/auth/refresh', { json: { refresh_token: token } });

  test.for<[string, () => string]>([
    ['no token', () => 'x'],
    ['cut', () => tokens.refresh_token.slice(0, -4)],
    ['an access token', () => tokens.access_token],
    ['of a kid that is a number', () => withHeader(tokens.refresh_token, { kid: 5 })],
    ['of a kid that is an object', () => withHeader(tokens.refresh_token, { kid: {} })],
    ['without a kid', () => withHeader(tokens.refresh_token, { kid: undefined })],
  ])('that is %s is 401, to be forgotten, and the database is not asked', async ([, token]) => {
    const answer = await refresh(token());
    expectProblem(answer, 'invalid-refresh-token', { retryable: false, discard_credentials: true });
    expect(answer.trips).toBe(0);
  });

  test('of a key that nobody has is 401, to be kept and tried again, and the log says so', async () => {
    const answer = await refresh(withHeader(tokens.refresh_token, { kid: 'gone' }));
    expectProblem(answer, 'invalid-refresh-token', { retryable: true, discard_credentials: false });
    expect(service.logged.findLast((line) => line.level === 'error')).toMatchObject({
      level: 'error',
      fields: { kid: 'gone' },
    });
  });

  test('of a session that has ended is 401, to be forgotten', async () => {
    const ended = await signIn(service, email);
    await call('POST', '/api/auth/logout', { json: { refresh_token: ended.refresh_token } });
    expectProblem(await refresh(ended.refresh_token), 'session-ended', { reason: 'signed-out' });
  });

  test('that was spent long ago is 401, to be forgotten', async () => {
    const stolen = await signIn(service, email);
    const { body } = await refresh(stolen.refresh_token);
    await refresh(body.refresh_token);
    expectProblem(await refresh(stolen.refresh_token), 'refresh-token-reused');
    expectProblem(await refresh(body.refresh_token), 'session-ended', { reason: 'reused' });
  });

  test('that another call with another key has spent is 409, to be kept', async () => {
    const { refresh_token } = await signIn(service, email);
    const headers = { 'Idempotency-Key': crypto.randomUUID() };
    await call('POST', '/api/auth/refresh', { json: { refresh_token }, headers });
    expectProblem(await refresh(refresh_token), 'refresh-superseded');
  });
});

test('a wrong password and an unknown address are 401, and one answer', async () => {
  const wrong = await call('POST', '/api/auth/login', {
    json: { email, password: 'not the right password' },
  });
  const unknown = await call('POST', '/api/auth/login', { json: { email: newAddress(), password } });
  for (const answer of [wrong, unknown]) expectProblem(answer, 'invalid-credentials');
  expect({ ...wrong.body, instance: '' }).toEqual({ ...unknown.body, instance: '' });
});

test('an address that was imported and not verified yet is 403', async () => {
  const imported = newAddress();
  await insertImported(service, imported);
  const json = { email: imported, password };
  expectProblem(await call('POST', '/api/auth/login', { json }), 'email-not-verified');
});

test('an address that was registered and not verified yet is as unknown as any', async () => {
  const registration = { email: newAddress(), name: 'Ada', password };
  await call('POST', '/api/auth/register', { json: registration });
  expectProblem(await call('POST', '/api/auth/login', { json: registration }), 'invalid-credentials');
});

test.for([`r${'A'.repeat(43)}`, 'A'.repeat(43), 'x', '../..', "' or 1=1"])(
  'a link’s token that is wrong is 400: %s',
  async (token) => {
    const json = { token, password };
    expectProblem(await call('POST', '/api/auth/verify-email', { json }), 'invalid-token');
  },
);

test('a code that is wrong is 400 and says how many tries are left, whether or not anybody has the address', async () => {
  for (const address of [email, newAddress()]) {
    const registration = { email: address, name: 'Ada' };
    const { body } = await call('POST', '/api/auth/register', { json: registration });
    for (const attempts_left of [4, 3, 2, 1, 0]) {
      const json = { request: body.request, code: '000000', password };
      expectProblem(await call('POST', '/api/auth/verify-email', { json }), 'invalid-code', {
        attempts_left,
      });
    }
  }
});

test.for(
  titled([
    'x',
    '%00',
    '%E0%A4%A',
    '0197A1B2-0000-7000-8000-00000000000A',
    '0',
    'null',
    '0197a1b2-0000-7000-8000-00000000000a',
    `${'9'.repeat(400)}`,
  ]),
)('a session that nobody has is 404: %j', async ([, id]) => {
  expectProblem(
    await call('DELETE', `/api/auth/sessions/${id}`, { bearer: tokens.access_token }),
    'not-found',
  );
});

describe('while the database is away', () => {
  const json = (status: number, body: unknown) => async () => Response.json(body, { status });

  const faults: [string, () => typeof fetch][] = [
    [
      'nothing answers',
      () => async () =>
        Promise.reject(new TypeError('fault of the test: connect ECONNREFUSED 127.0.0.1:5432')),
    ],
    ['nothing answers, and that is no Error', () => async () => Promise.reject('fault of the test')],
    ['its proxy answers 500', () => json(500, { message: 'fault of the test: select secret from users' })],
    [
      'its proxy answers 502 in HTML',
      () => async () => new Response('<h1>fault of the test</h1>', { status: 502 }),
    ],
    ['its proxy answers 200 and no JSON', () => async () => new Response('fault of the test')],
    ['its proxy answers 429', () => json(429, { message: 'fault of the test: too many connections' })],
    [
      'its proxy refuses our credentials',
      () => json(400, { message: 'fault of the test: password authentication failed' }),
    ],
    ['it starts up', () => json(400, { message: 'fault of the test', code: '57P03' })],
    ['it has too many connections', () => json(400, { message: 'fault of the test', code: '53300' })],
    ['it gave up a deadlock', () => json(400, { message: 'fault of the test', code: '40P01' })],
    ['it lost the connection', () => json(400, { message: 'fault of the test', code: '08006' })],
    ['it never answers', () => hanging],
  ];

  /** Never answers; ends when whoever asked gives up. */
  const hanging: typeof fetch = (_input, init) =>
    new Promise((_, reject) => {
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
    });

  test.for(faults)(
    '%s: a refresh is 503, to be tried again, and no token is to be forgotten',
    async ([, fault]) => {
      const away = await startedAway(fault());
      const answer = await away.call('POST', '/api/auth/refresh', {
        json: { refresh_token: tokens.refresh_token },
      });
      expectProblem(answer, 'service-unavailable', { retryable: true, discard_credentials: false });
      expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0);
      expect(away.logged.findLast((line) => line.level === 'error')).toMatchObject({
        level: 'error',
        event: 'service-unavailable',
      });
      expect(away.logged.findLast((line) => line.level === 'error')?.fields).toMatchObject({
        request_id: answer.headers.get('X-Request-Id'),
      });
      expectNothingLogged(away);
    },
  );

  test('every endpoint that asks it is 503 with Retry-After', async () => {
    const away = await startedAway(async () => Promise.reject(new TypeError('fault of the test')));
    for (const route of routes.filter(({ trips }) => trips > 0)) {
      // What a provider signs is looked at first, and needs no database.
      const isSigned = /:provider$|notifications$/.test(route.route);
      const changes = isSigned ? await prepared[route.route]?.(away, person) : {};
      const answer = await callAs(away, person, route, changes);
      expect(answer.status, route.route).toBe(503);
      if (!isPage(route)) expectProblem(answer, 'service-unavailable');
      expect(Number(answer.headers.get('Retry-After')), route.route).toBeGreaterThan(0);
    }
    expectNothingLogged(away);
  });

  test('and no other needs it', async () => {
    const away = await startedAway(async () => Promise.reject(new TypeError('fault of the test')));
    for (const route of routes.filter(({ trips }) => trips === 0)) {
      expect(await callAs(away, person, route), route.route).toMatchObject({ status: 200, trips: 0 });
    }
  });

  test('a token that is wrong by itself is still 401', async () => {
    const away = await startedAway(async () => Promise.reject(new TypeError('fault of the test')));
    const answer = await away.call('POST', '/api/auth/refresh', { json: { refresh_token: 'x' } });
    expectProblem(answer, 'invalid-refresh-token');
  });

  test('what Postgres has against a statement is 500 without a word of it', async () => {
    const away = await startedAway(
      json(400, { message: 'fault of the test', code: '42703', detail: 'secret' }),
    );
    const answer = await away.call('POST', '/api/auth/refresh', {
      json: { refresh_token: tokens.refresh_token },
    });
    expectProblem(answer, 'internal-error');
    expectNothingLogged(away);
  });

  async function startedAway(transport: typeof fetch): Promise<Service> {
    const timeout = AbortSignal.timeout.bind(AbortSignal);
    vi.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => timeout(milliseconds / 100));
    const away = await startService(withApps);
    away.transport = transport;
    return away;
  }
});

test('the database is given 5 s', async () => {
  const timeout = vi.spyOn(AbortSignal, 'timeout');
  service.clock.advance(1);
  await call('GET', '/api/readiness');
  expect(timeout).toHaveBeenCalledWith(5_000);
});

/** No logged line holds what somebody sent: see `sent`. */
function expectNothingLogged(by: Service): void {
  const lines = JSON.stringify(by.logged);
  for (const value of sent) {
    expect(lines.includes(JSON.stringify(value).slice(1, -1)), `${value} in ${lines}`).toBe(false);
  }
  expect(lines).not.toMatch(/eyJ[\w-]+\.eyJ|@example\.test|@b\.example/);
}

test('after all this no logged line holds a password, a token or an address that was sent', () => {
  expect(sent.size).toBeGreaterThan(10);
  expect(service.logged.length).toBeGreaterThan(0);
  expectNothingLogged(service);
});

test('every name of the contract has its status, and there is no other', async () => {
  const { problems } = await import('../src/problems.ts');
  expect(Object.fromEntries(Object.entries(problems).map(([name, { status }]) => [name, status]))).toEqual(
    statuses,
  );
});
