// Whatever changes something is limited at the edge: by the network that it comes from and, behind a token, by session.

import { beforeAll, describe, expect, test } from 'vitest';
import { rateLimitSeconds } from '../../src/bounds.ts';
import { callAs, changesSomething, routes, takesToken, withApps } from '../endpoints.ts';
import { postForm } from '../oauth/post-form.ts';
import { newOperator, type Sender } from '../plausible.ts';
import { signIn, startService, type Tokens } from '../service.ts';
import { everyLimit, limitOf, tooMany } from './limiters.ts';

const from = (ip: string) => ({ 'CF-Connecting-IP': ip });

let person: Sender;

beforeAll(async () => {
  person = await newOperator(await startService());
});

const writes = routes.filter(changesSomething);

describe('by network', () => {
  test('every write names its limit, and of what only reads readiness alone, which asks the database for anybody', () => {
    const otherwise = routes.filter((route) => (route.limit !== undefined) !== changesSomething(route));
    expect(otherwise.map(({ route }) => route)).toEqual(['GET /api/readiness']);
    expect(writes.length).toBeGreaterThan(22);
  });

  test('what names a limit meets it before anything else is looked at', async () => {
    const service = await startService(everyLimit(limitOf(0, { matching: /^network / })));
    const headers = from('192.0.2.1');
    for (const route of routes.filter(({ limit }) => limit)) {
      const answer = await callAs(service, person, route, { headers });
      expect([route.route, answer.status, answer.trips]).toEqual([route.route, 429, 0]);
      expect(answer.headers.get('Retry-After'), route.route).toBe(String(rateLimitSeconds));
      // Without a token and with a broken body too: neither is looked at.
      const bare = { headers, ...(changesSomething(route) && { body: '{' }) };
      expect([route.route, (await service.call(route.method, route.path, bare)).status]).toEqual([
        route.route,
        429,
      ]);
    }
  });

  test('what names none meets none', async () => {
    const service = await startService({ ...withApps, ...everyLimit(limitOf(0, { matching: /^network / })) });
    for (const route of routes.filter(({ limit }) => !limit)) {
      const { status } = await callAs(service, person, route, { headers: from('192.0.2.1') });
      // There is nothing under the id that nobody has.
      expect([route.route, status]).toEqual([route.route, route.route.endsWith(':id') ? 404 : 200]);
    }
  });

  test('each is counted by the binding that it names, and by no other', async () => {
    const bindings = { login: limitOf(1_000), mail: limitOf(1_000), write: limitOf(1_000) };
    const { login, mail, write } = bindings;
    const service = await startService({
      ...withApps,
      ...{ LOGIN_LIMIT: login, MAIL_LIMIT: mail, WRITE_LIMIT: write },
    });
    for (const { route, method, path, limit } of routes) {
      for (const { counts } of Object.values(bindings)) counts.clear();
      await service.call(method, path, {
        headers: from('192.0.2.1'),
        ...(method !== 'GET' && { body: '{' }),
      });
      const counting = Object.entries(bindings).flatMap(([name, { counts }]) =>
        counts.size > 0 ? name : [],
      );
      expect([route, counting]).toEqual([route, limit ? [limit] : []]);
    }
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
    const service = await startService(everyLimit(limitOf(0, { matching: new RegExp(person.session_id) })));
    const behindToken = writes.filter(takesToken);
    expect(behindToken.length).toBeGreaterThan(11);
    for (const [at, route] of behindToken.entries()) {
      const answer = await callAs(service, person, route, { headers: from(`192.0.2.${at}`) });
      expect([route.route, answer.status, answer.trips]).toEqual([route.route, 429, 0]);
      expect(answer.headers.get('Retry-After'), route.route).toBe(String(rateLimitSeconds));
    }
    const me = await service.call('GET', '/api/users/me', { bearer: person.access_token });
    expect(me.status).toBe(200);
  });

  test('of one session; another of the same person goes on', async () => {
    const service = await startService({ WRITE_LIMIT: limitOf(3) });
    const [one, other] = [await signIn(service, person.email), await signIn(service, person.email)];
    const post = ({ access_token: bearer }: Tokens) =>
      service.call('POST', '/api/posts', { bearer, json: { title: crypto.randomUUID(), content: '' } });
    for (let count = 0; count < 3; count += 1) expect(await post(one)).toMatchObject({ status: 201 });
    expect(await post(one)).toMatchObject(tooMany);
    expect(await post(other)).toMatchObject({ status: 201 });
  });

  test('the export has a smaller one', async () => {
    const limit = limitOf(1, { matching: /^export / });
    const service = await startService({ ADDRESS_LIMIT: limit });
    const { access_token: bearer, session_id } = await signIn(service, person.email);
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
      const { refresh_token, session_id, access_token: bearer } = await signIn(service, person.email);
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
    const [head, , signature] = person.refresh_token.split('.');
    const payload = btoa(JSON.stringify({ sid: person.session_id, sub: 'x', jti: `${person.session_id}.0` }));
    const forged = `${head}.${payload.replaceAll('=', '')}.${signature}`;
    const answer = await service.call('POST', '/api/auth/refresh', { json: { refresh_token: forged } });
    expect(answer.status).toBe(401);
    expect([...limit.counts.keys()].join()).not.toContain(person.session_id);
  });
});
