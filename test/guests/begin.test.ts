// A guest begins: an account without a way in, and the one session that opens it.

import { sql } from 'drizzle-orm/sql/sql';
import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import { recentSignInSeconds } from '../../src/lifetimes.ts';
import { levelIn } from '../../src/tokens/level.ts';
import { problem } from '../accounts/people.ts';
import { newKey } from '../dpop/prover.ts';
import { issuer, startService } from '../service.ts';
import { ask, guestOf, newGuest, refreshed, rows, userOf, withGuests, withPasskey } from './people.ts';

test('where guests are not switched on there are none', async () => {
  const service = await startService();
  expect(await ask(service)).toMatchObject({ ...problem(404, 'way-not-enabled'), trips: 0 });
});

test('in one trip there is an account without address and password, and its session', async () => {
  const service = await withGuests();
  const { trips, body } = await ask(service, { name: 'Ada', device_name: 'Phone' });
  expect(trips).toBe(1);
  const { id, call } = guestOf(service, body);
  expect((await call('GET', '/api/users/me')).body).toMatchObject({
    id,
    email: null,
    email_verified: false,
    name: 'Ada',
    has_password: false,
    role: 'user',
  });
  expect(await userOf(service, id)).toMatchObject({ is_guest: true });
  expect((await call('GET', '/api/auth/sessions')).body.data).toMatchObject([
    { device_name: 'Phone', amr: [], acr: null, current: true },
  ]);
  expect(body.known_device).toBeTypeOf('string');
});

test('it needs no body and no name', async () => {
  const service = await withGuests();
  const { id } = await newGuest(service, { name: null });
  expect(await userOf(service, id)).toMatchObject({ name: '', is_guest: true });
});

test('its tokens say that it is a guest, also after a refresh, and nothing of how sure that is', async () => {
  const service = await withGuests();
  const guest = await newGuest(service);
  service.clock.advance(20 * 60);
  const { body } = await refreshed(service, guest);
  for (const token of [guest.access_token, body.access_token]) {
    const { guest: isGuest, amr, acr, idp, sub } = decodeJwt(token);
    expect({ isGuest, amr, acr, idp, sub }).toEqual({ isGuest: true, sub: guest.id });
  }
  for (const token of [guest.refresh_token, body.refresh_token])
    expect(levelIn(decodeJwt(token)['lvl'])).toMatchObject({ guest: true, amr: [] });
});

test('what it makes is its own', async () => {
  const service = await withGuests();
  const { call, id } = await newGuest(service);
  const json = { title: crypto.randomUUID(), content: 'Words' };
  expect(await call('POST', '/api/posts', { json })).toMatchObject({ status: 201, body: { author_id: id } });
});

test('a guest may delete and export at any time, and add a passkey', async () => {
  const service = await withGuests();
  const guest = await newGuest(service);
  service.clock.advance(recentSignInSeconds + 60);
  expect(await guest.call('POST', '/api/users/me/passkeys/options')).toMatchObject({ status: 200 });
  expect(await guest.call('GET', '/api/users/me/export')).toMatchObject({
    status: 200,
    body: { user: { is_guest: true, email: null } },
  });
  expect(await guest.call('DELETE', '/api/users/me')).toMatchObject({ status: 204 });
  expect(await userOf(service, guest.id)).toBeUndefined();
  expect(await guest.call('GET', '/api/users/me')).toMatchObject(problem(401, 'session-ended'));
  expect(await rows(service, sql`select from mails where user_id = ${guest.id}`)).toEqual([]);
});

describe('what takes a password, an address or a first factor is no guest’s', () => {
  test.for([
    ['POST', '/api/users/me/email', { new_email: 'ada@example.test' }],
    ['POST', '/api/users/me/email', { new_email: 'ada@example.test', password: 'words' }],
    ['POST', '/api/users/me/totp', undefined],
    ['POST', '/api/auth/reauthenticate', { method: 'password', password: 'words' }],
    [
      'POST',
      '/api/auth/change-password',
      { current_password: 'words', new_password: 'plum radio fence maple' },
    ],
    ['DELETE', '/api/users/me', { password: 'words' }],
  ] as const)('%s %s %o', async ([method, path, json]) => {
    const service = await withGuests();
    const guest = await newGuest(service);
    const answer = await guest.call(method, path, json && { json });
    expect(answer).toMatchObject(problem(403, 'account-is-guest'));
    expect(await userOf(service, guest.id)).toMatchObject({ is_guest: true });
  });

  test('turning TOTP off, where there is none, is nothing', async () => {
    const { call } = await newGuest(await withGuests());
    expect(await call('DELETE', '/api/users/me/totp')).toMatchObject({ status: 204 });
    expect(await call('POST', '/api/users/me/totp/recovery-codes')).toMatchObject(problem(404, 'not-found'));
  });
});

describe('a lost answer', () => {
  const key = () => ({ 'Idempotency-Key': crypto.randomUUID() });

  test('is had again: the same guest and session, and no other one', async () => {
    const service = await withGuests();
    const headers = key();
    const first = await ask(service, { name: 'Ada' }, headers);
    service.clock.advance(9 * 60);
    const second = await ask(service, { name: 'Ada' }, headers);
    expect(second.status).toBe(200);
    expect(second.body.session_id).toBe(first.body.session_id);
    expect(second.body.refresh_token).toBe(first.body.refresh_token);
    expect(decodeJwt(second.body.access_token).sub).toBe(decodeJwt(first.body.access_token).sub);
    expect((await ask(service, { name: 'Grace' }, headers)).body.session_id).not.toBe(first.body.session_id);
  });

  test('is none any more once the session was refreshed, or the guest is somebody', async () => {
    const service = await withGuests();
    const headers = key();
    const { body } = await ask(service, {}, headers);
    await refreshed(service, body);
    expect(await ask(service, {}, headers)).toMatchObject(problem(409, 'refresh-superseded'));
    const other = key();
    const begun = await ask(service, {}, other);
    await withPasskey(guestOf(service, begun.body));
    expect(await ask(service, {}, other)).toMatchObject(problem(409, 'refresh-superseded'));
  });

  test('of calls at once with one key there is one guest', async () => {
    const service = await withGuests();
    const headers = { ...key(), 'CF-Connecting-IP': '192.0.2.77' };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => ask(service, { name: 'Twin' }, headers)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body.session_id)).size).toBe(1);
    const { session_id } = answers[0]?.body ?? {};
    const found = await rows(
      service,
      sql`select from users u join sessions s on s.user_id = u.id where s.id = ${session_id}`,
    );
    expect(found).toHaveLength(1);
    expect(await rows(service, sql`select from users where name = 'Twin'`)).toHaveLength(1);
  });

  test('of the database, after which the driver asks again, makes no other guest', async () => {
    const service = await withGuests();
    const send = service.transport;
    let lost = 0;
    service.transport = async (input, init) => {
      const response = await send(input, init);
      lost += 1;
      return lost === 1 ? new Response('', { status: 503 }) : response;
    };
    const answer = await ask(service, { name: 'Once' }, { 'CF-Connecting-IP': '192.0.2.78' });
    expect(answer).toMatchObject({ status: 200, trips: 2 });
    expect(await rows(service, sql`select from users where name = 'Once'`)).toHaveLength(1);
  });
});

test('in cookies for a page of ours alone', async () => {
  const service = await withGuests();
  const json = { token_delivery: 'cookie' };
  expect(await ask(service, json)).toMatchObject(problem(403, 'cross-site-request'));
  const { status, body, headers } = await ask(service, json, { Origin: issuer });
  expect(status).toBe(200);
  expect(body).not.toHaveProperty('access_token');
  expect(body).not.toHaveProperty('refresh_token');
  expect(body).not.toHaveProperty('known_device');
  const names = headers.getSetCookie().map((cookie) => cookie.split('=')[0]);
  expect(names).toEqual(
    expect.arrayContaining([
      '__Host-access_token',
      '__Host-refresh_token',
      '__Host-known_device',
      'logged_in',
    ]),
  );
});

test('bound in full to the key whose proof came along', async () => {
  const service = await withGuests();
  const key = await newKey();
  const headers = { DPoP: await key.proof('POST /api/auth/guest', service.clock.now) };
  const { body } = await ask(service, { dpop_mode: 'full' }, headers);
  expect(body.token_type).toBe('DPoP');
  expect(decodeJwt(body.access_token)).toMatchObject({ cnf: { jkt: key.jkt }, guest: true });
  expect(await guestOf(service, body).call('GET', '/api/users/me')).toMatchObject(
    problem(401, 'invalid-access-token'),
  );
});
