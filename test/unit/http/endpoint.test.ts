// What an endpoint's definition makes of a request, and in which order.

import { Hono } from 'hono';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import * as z from 'zod/mini';
import type { Dependencies, Variables } from '../../../src/context.ts';
import { type Call, type Definition, endpoint, type Router } from '../../../src/http/endpoint.ts';
import { Problem } from '../../../src/problems.ts';
import { issueAccessToken } from '../../../src/tokens/issue.ts';
import { type Service, startService } from '../../service.ts';

const id = '0197a1b2-0000-7000-8000-00000000000a';
const [userId, sessionId] = [id.replace('a1b2', 'a1b3'), id.replace('a1b2', 'a1b4')];

let service: Service;
let bearer: string;
/** What happened, in its order. */
let happened: string[];
/** Keys that are refused. */
let full: RegExp;

beforeAll(async () => {
  service = await startService();
  const { accessTokenKeys, config } = service.dependencies;
  const issuedAt = Math.floor(service.clock.now.getTime() / 1000);
  const { issuer, audience, clientId } = config;
  const claims = { issuer, audience, clientId, userId, sessionId, role: 'user', tokenId: id } as const;
  bearer = await issueAccessToken(accessTokenKeys, { ...claims, issuedAt, expiresAt: issuedAt + 60 });
});

beforeEach(() => {
  happened = [];
  full = /^$/;
});

const noting =
  <Value>(what: string, value: () => Value) =>
  () => {
    happened.push(what);
    return value();
  };

const title = noting('body', () => z.object({ title: z.string() }));
const page = noting('query', () => z.object({ page: z.string('must be a page') }));

/** Mounts an endpoint that gives back its call. @returns how to call it. */
function mounted<const D extends Definition>(definition: D, config: Partial<Dependencies['config']> = {}) {
  const limiter = (name: string) => async (key: string) => {
    happened.push(`${name} ${key.split(' ')[0]}`);
    return !full.test(key);
  };
  const limits = {
    login: limiter('login'),
    mail: limiter('mail'),
    address: limiter('address'),
    write: limiter('write'),
  };
  const { dependencies } = service;
  const router: Router = new Hono<{ Variables: Variables }>();
  router.onError((error) => new Response(error instanceof Problem ? error.problem : String(error)));
  router.notFound(() => new Response('not-found'));
  const made = endpoint(definition, () => ({ context, ...given }: Call<D>) => {
    happened.push('handler');
    return context.json(given);
  });
  made.mount(router, { ...dependencies, limits, config: { ...dependencies.config, ...config } });
  const [method = ''] = definition.route.split(' ');
  const call = async (path: string, { body = '{"title":"On"}', token = bearer } = {}) => {
    const headers = {
      'Content-Type': 'application/json',
      'CF-Connecting-IP': '192.0.2.1',
      ...(token && { Authorization: `Bearer ${token}` }),
    };
    const answer = await router.request(path, { method, headers, ...(method !== 'GET' && { body }) });
    return answer.text();
  };
  return { made, router, call };
}

const everything = {
  route: 'PATCH /things/:id',
  access: 'session',
  limit: 'write',
  body: title,
  trips: 0,
} as const;

test('limit of the network, token, limit of the session, body, id: the first that is wrong is the answer', async () => {
  const { call } = mounted(everything);
  const bad = { body: '{}', token: '' };
  full = /^(network|write) /;
  expect([await call('/things/0', bad), happened]).toEqual(['too-many-requests', ['write network']]);
  full = /^write /;
  expect(await call('/things/0', bad)).toBe('invalid-access-token');
  happened = [];
  expect(await call('/things/0', { body: '{}' })).toBe('too-many-requests');
  expect(happened).toEqual(['write network', 'write write']);
  full = /^$/;
  expect(await call('/things/0', { body: '{}' })).toBe('validation-failed');
  expect(await call('/things/0')).toBe('not-found');
  expect(happened).not.toContain('handler');
  expect(JSON.parse(await call(`/things/${id}`))).toMatchObject({ body: { title: 'On' }, id });
});

test('body and query are built on the first request, and once', async () => {
  const { made, call } = mounted({ ...everything, query: page });
  expect(happened).toEqual([]);
  const build = () => happened.filter((what) => what === 'body' || what === 'query');
  for (const answer of [await call(`/things/${id}?page=1`), await call(`/things/${id}?page=1`)])
    expect(JSON.parse(answer)).toMatchObject({ body: { title: 'On' }, query: { page: '1' } });
  // Whoever else asks, as the document does, is given the same.
  expect([made.body(), made.query()]).toEqual([made.body(), made.query()]);
  expect(build()).toEqual(['body', 'query']);
});

test('a request that is refused before its body is looked at builds none', async () => {
  const { call } = mounted(everything);
  await call(`/things/${id}`, { token: '' });
  expect(happened).toEqual(['write network']);
});

test.for(['login', 'mail', 'write'] as const)('the limit %s counts by network', async (limit) => {
  const { call } = mounted({ route: 'POST /things', access: 'anybody', limit, trips: 0 });
  await call('/things', { token: '' });
  expect(happened).toEqual([`${limit} network`, 'handler']);
});

test.for<['login' | 'mail', string]>([
  ['login', 'login network'],
  ['mail', 'mail network'],
])('of them write alone counts by session: not %s', async ([limit, counted]) => {
  const { call } = mounted({ route: 'POST /things', access: 'session', limit, trips: 0 });
  await call('/things');
  expect(happened).toEqual([counted, 'handler']);
});

test('who calls is known behind a session, and there alone', async () => {
  const caller = { userId, sessionId, now: service.clock.now.toISOString() };
  const behind = mounted({ route: 'GET /things', access: 'session', trips: 0 });
  expect(JSON.parse(await behind.call('/things')).caller).toMatchObject(caller);
  for (const access of ['anybody', 'maybe-session', 'refresh-token', 'any-token'] as const) {
    const open = mounted({ route: 'GET /things', access, trips: 0 });
    expect(JSON.parse(await open.call('/things'))).toEqual({});
  }
});

test.for(['x', '%00', '%E0%A4%A', '1', id.slice(1), `${id}0`, id.replace('-', '')])(
  'an id that is no UUID is not found: %s',
  async (wrong) => {
    const { call } = mounted({ route: 'GET /things/:id', access: 'anybody', trips: 0 });
    expect([await call(`/things/${wrong}`), happened]).toEqual(['not-found', []]);
  },
);

test.for(['google', 'x', 'a-1', 'constructor', 'face'])('a provider is a name: %s', async (provider) => {
  const { call } = mounted({ route: 'POST /things/:provider', access: 'anybody', trips: 0 });
  expect(JSON.parse(await call(`/things/${provider}`))).toEqual({ provider });
  expect(await call(`/things/${provider}/more`)).toBe('not-found');
});

test.for(['GOOGLE', '0', id, '-', '%00', 'a%2Fb', '%E0%A4%A', '__proto__', 'a%20b', ''])(
  'what is no name is not found: %s',
  async (wrong) => {
    const { call } = mounted({ route: 'POST /things/:provider', access: 'anybody', trips: 0 });
    expect([await call(`/things/${wrong}`), happened]).toEqual(['not-found', []]);
  },
);

test('a neighbour of a provider that was mounted before it has its path for itself', async () => {
  const neighbour = endpoint(
    { route: 'POST /things/named', access: 'anybody', trips: 0 },
    () => () => new Response('neighbour'),
  );
  const providers = endpoint(
    { route: 'POST /things/:provider', access: 'anybody', trips: 0 },
    () =>
      ({ provider }) =>
        new Response(provider),
  );
  const router: Router = new Hono<{ Variables: Variables }>();
  for (const each of [neighbour, providers]) each.mount(router, service.dependencies);
  const answered = async (path: string) => (await router.request(path, { method: 'POST' })).text();
  expect([await answered('/things/named'), await answered('/things/other')]).toEqual(['neighbour', 'other']);
});

test('what the operator does not have is not there', async () => {
  const isAvailable = ({ appleAppIds }: Dependencies['config']) => appleAppIds.length > 0;
  const definition = { route: 'GET /things', access: 'anybody', trips: 0, isAvailable } as const;
  expect(mounted(definition, { appleAppIds: [] }).router.routes).toEqual([]);
  expect(mounted(definition, { appleAppIds: ['ABCDE12345.com.example.app'] }).router.routes).toHaveLength(1);
});

test('what stands around stands around all the rest', async () => {
  const around: Definition['around'] = () => async (context, next) => {
    happened.push('around');
    await next();
    context.header('X-Around', context.error instanceof Problem ? context.error.problem : 'good');
  };
  const { router } = mounted({ ...everything, around });
  full = /^network /;
  const answer = await router.request(`/things/${id}`, {
    method: 'PATCH',
    headers: { 'CF-Connecting-IP': '192.0.2.1' },
  });
  expect(answer.headers.get('X-Around')).toBe('too-many-requests');
  expect(happened).toEqual(['around', 'write network']);
});
