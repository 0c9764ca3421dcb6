// Whatever changes something is limited at the edge: by the network that it comes from and, behind a token, by session.

import { beforeAll, describe, expect, test } from 'vitest';
import { rateLimitSeconds } from '../../src/lifetimes.ts';
import { postForm } from '../oauth/post-form.ts';
import { type Route, routesOf } from '../problem-document.ts';
import {
  type Answer,
  newAddress,
  newUser,
  password,
  type Service,
  signIn,
  startService,
  type Tokens,
} from '../service.ts';
import { everyLimit, limitOf, tooMany } from './limiters.ts';

const from = (ip: string) => ({ 'CF-Connecting-IP': ip });

let tokens: Tokens;
let email: string;
let routes: Route[];

beforeAll(async () => {
  const service = await startService();
  ({ email } = await newUser(service));
  tokens = await signIn(service, email);
  routes = routesOf(service);
});

const writes = () => routes.filter(({ method }) => method !== 'GET');

/** Fields of every endpoint at once: an endpoint ignores those that are not its own. */
const plausible = () => ({
  email: newAddress(),
  new_email: newAddress(),
  password,
  current_password: password,
  new_password: 'plum radio fence maple',
  name: 'Ada',
  token: 'A'.repeat(43),
  refresh_token: tokens.refresh_token,
  title: `A title ${crypto.randomUUID()}`,
  content: 'Words.',
});

/** Pages and OAuth clients send forms. */
function send(service: Service, { method, path }: Route, ip = '192.0.2.1'): Promise<Answer> {
  const headers = { ...from(ip), Authorization: `Bearer ${tokens.access_token}` };
  if (path.startsWith('/oauth/')) {
    const { refresh_token } = tokens;
    return postForm(
      service,
      path,
      { grant_type: 'refresh_token', refresh_token, token: refresh_token },
      from(ip),
    );
  }
  if (path.startsWith('/api/')) return service.call(method, path, { json: plausible(), headers });
  return postForm(service, path, { token: 'A'.repeat(43), password }, from(ip));
}

describe('by network', () => {
  test('every write of the service, before anything else is looked at', async () => {
    const service = await startService(everyLimit(limitOf(0, { matching: /^network / })));
    expect(writes().length).toBeGreaterThan(18);
    for (const route of writes()) {
      const answer = await send(service, route);
      const what = `${route.method} ${route.path}`;
      expect([what, answer.status, answer.trips]).toEqual([what, 429, 0]);
      expect(answer.headers.get('Retry-After'), what).toBe(String(rateLimitSeconds));
      // Without a token and with a broken body too: neither is looked at.
      const bare = await service.call(route.method, route.path, { body: '{', headers: from('192.0.2.1') });
      expect([what, bare.status]).toEqual([what, 429]);
    }
  });

  test('and what only reads is not, but for readiness, which asks the database for anybody', async () => {
    const service = await startService(everyLimit(limitOf(0, { matching: /^network / })));
    for (const path of ['/api/users/me', '/api/auth/sessions', '/api/posts', '/api/healthchecker']) {
      const headers = { ...from('192.0.2.1'), Authorization: `Bearer ${tokens.access_token}` };
      expect(await service.call('GET', path, { headers }), path).toMatchObject({ status: 200 });
    }
    const headers = from('192.0.2.1');
    expect(await service.call('GET', '/api/readiness', { headers })).toMatchObject(tooMany);
  });

  test('a carrier’s address has 16 times the limit of the binding, and meets it all the same', async () => {
    const limit = limitOf(20);
    const service = await startService({ WRITE_LIMIT: limit });
    const logout = () =>
      service.call('POST', '/api/auth/logout', {
        json: { refresh_token: 'x' },
        headers: from('192.0.2.1'),
      });
    const statuses: number[] = [];
    for (let count = 0; count < 16 * 20 * 2; count += 1) statuses.push((await logout()).status);
    const passed = statuses.filter((status) => status === 204).length;
    expect(passed).toBeGreaterThan(16 * 20 * 0.9);
    expect(passed).toBeLessThanOrEqual(16 * 20);
    // Few are refused before the allowance is nearly used: the shares fill evenly.
    expect(statuses.slice(0, 8 * 20).filter((status) => status === 429).length).toBeLessThan(8);
    expect(limit.counts.size).toBe(16);
    expect(
      await service.call('POST', '/api/auth/logout', {
        json: { refresh_token: 'x' },
        headers: from('192.0.2.2'),
      }),
    ).toMatchObject({ status: 204 });
  });
});

describe('by session', () => {
  test('every write behind a token, wherever it comes from', async () => {
    const service = await startService(everyLimit(limitOf(0, { matching: new RegExp(tokens.session_id) })));
    const open =
      /\/(register|verify-email|resend-verification|login|forgot-password|reset-password|undo-email-change)$/;
    const behindToken = writes().filter(({ path }) => !open.test(path));
    expect(behindToken.length).toBeGreaterThan(11);
    for (const [at, route] of behindToken.entries()) {
      const answer = await send(service, route, `192.0.2.${at}`);
      const what = `${route.method} ${route.path}`;
      expect([what, answer.status, answer.trips]).toEqual([what, 429, 0]);
      expect(answer.headers.get('Retry-After'), what).toBe(String(rateLimitSeconds));
    }
    const me = await service.call('GET', '/api/users/me', { bearer: tokens.access_token });
    expect(me.status).toBe(200);
  });

  test('of one session; another of the same person goes on', async () => {
    const service = await startService({ WRITE_LIMIT: limitOf(3) });
    const [one, other] = [await signIn(service, email), await signIn(service, email)];
    const post = ({ access_token: bearer }: Tokens) =>
      service.call('POST', '/api/posts', { bearer, json: { title: crypto.randomUUID(), content: '' } });
    for (let count = 0; count < 3; count += 1) expect(await post(one)).toMatchObject({ status: 201 });
    expect(await post(one)).toMatchObject(tooMany);
    expect(await post(other)).toMatchObject({ status: 201 });
  });

  test('the export has a smaller one', async () => {
    const limit = limitOf(1, { matching: /^export / });
    const service = await startService({ ADDRESS_LIMIT: limit });
    const { access_token: bearer, session_id } = await signIn(service, email);
    expect(await service.call('GET', '/api/users/me/export', { bearer })).toMatchObject({ status: 200 });
    expect(await service.call('GET', '/api/users/me/export', { bearer })).toMatchObject(tooMany);
    expect([...limit.counts.keys()]).toEqual([`export ${session_id}`]);
  });
});

describe('a refresh that is refused', () => {
  test.for(['/api/auth/refresh', '/oauth/token'])(
    '%s: nothing is spent and nothing is signed',
    async (path) => {
      const service = await startService({ WRITE_LIMIT: limitOf(2) });
      const { refresh_token, session_id, access_token: bearer } = await signIn(service, email);
      const refresh = (token: string) =>
        path.startsWith('/oauth')
          ? postForm(service, path, { grant_type: 'refresh_token', refresh_token: token })
          : service.call('POST', path, { json: { refresh_token: token } });
      const first = await refresh(refresh_token);
      const second = await refresh(first.body.refresh_token);
      expect([first.status, second.status]).toEqual([200, 200]);
      let signatures = 0;
      const { sign } = crypto.subtle;
      crypto.subtle.sign = (...given: Parameters<typeof sign>) => {
        signatures += 1;
        return sign.apply(crypto.subtle, given);
      };
      const refused = await refresh(second.body.refresh_token).finally(() => {
        crypto.subtle.sign = sign;
      });
      expect(refused).toMatchObject(tooMany);
      expect(signatures).toBe(0);
      expect(refused.headers.get('Retry-After')).toBe(String(rateLimitSeconds));
      expect(refused.body.error).toBe(path.startsWith('/oauth') ? 'temporarily_unavailable' : undefined);
      // Who writes as fast as they may can refresh, and the other way round.
      const json = { title: crypto.randomUUID(), content: '' };
      expect(await service.call('POST', '/api/posts', { bearer, json })).toMatchObject({ status: 201 });

      const later = await startService();
      const again = await later.call('POST', '/api/auth/refresh', {
        json: { refresh_token: second.body.refresh_token },
      });
      expect(again).toMatchObject({ status: 200, body: { session_id } });
    },
  );

  test('is counted for whoever holds a token of the session, and not for whoever knows its id', async () => {
    const limit = limitOf(100);
    const service = await startService({ WRITE_LIMIT: limit });
    const [head, , signature] = tokens.refresh_token.split('.');
    const payload = btoa(JSON.stringify({ sid: tokens.session_id, sub: 'x', jti: `${tokens.session_id}.0` }));
    const forged = `${head}.${payload.replaceAll('=', '')}.${signature}`;
    const answer = await service.call('POST', '/api/auth/refresh', { json: { refresh_token: forged } });
    expect(answer.status).toBe(401);
    expect([...limit.counts.keys()].join()).not.toContain(tokens.session_id);
  });
});
