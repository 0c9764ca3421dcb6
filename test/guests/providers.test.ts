// A guest becomes somebody whom an identity provider vouches for: by a sign-in with the guest's token, or by adding an identity.

import { sql } from 'drizzle-orm/sql/sql';
import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { problem } from '../accounts/people.ts';
import { add, identityOf, shown, startWithProviders } from '../identities/ceremonies.ts';
import type { Service } from '../service.ts';
import { eventsOf, type Guest, guestOf, newGuest, refreshed, rows, userOf } from './people.ts';

const begin = () => startWithProviders({ GUESTS: 'true' });

const signIn = (
  service: Service,
  guest: Guest | undefined,
  json: object,
  headers: Record<string, string> = {},
) =>
  service.call('POST', '/api/auth/login/google', {
    json,
    headers,
    ...(guest && { bearer: guest.access_token }),
  });

test('a sign-in with the guest’s token: the same account, a session of its own, and no copy of the tokens is good', async () => {
  const service = await begin();
  const guest = await newGuest(service);
  const answer = await signIn(service, guest, await shown(service, { sub: 'grace', name: 'Grace' }));
  expect(answer).toMatchObject({ status: 200, trips: 1 });
  const claims = decodeJwt(answer.body.access_token);
  expect(claims).toMatchObject({ sub: guest.id, idp: 'google', acr: 'aal1' });
  expect(claims['sid']).not.toBe(guest.session_id);
  expect(claims).not.toHaveProperty('guest');
  expect(await userOf(service, guest.id)).toMatchObject({ is_guest: false, name: 'Grace' });
  expect(await refreshed(service, guest)).toMatchObject(
    problem(401, 'session-ended', { reason: 'upgraded' }),
  );
  expect(await guest.call('GET', '/api/users/me')).toMatchObject(problem(401, 'session-ended'));
  expect(await eventsOf(guestOf(service, answer.body))).toEqual(
    expect.arrayContaining(['guest-upgraded', 'signed-in']),
  );
  expect(
    decodeJwt((await signIn(service, undefined, await shown(service, { sub: 'grace' }))).body.access_token)
      .sub,
  ).toBe(guest.id);
});

test('an identity that is somebody’s is taken, and the guest stays one', async () => {
  const service = await begin();
  await signIn(service, undefined, await shown(service, { sub: 'taken' }));
  const guest = await newGuest(service);
  expect(await signIn(service, guest, await shown(service, { sub: 'taken' }))).toMatchObject(
    problem(409, 'identity-taken'),
  );
  expect(await add(guest, await shown(service, { sub: 'taken' }))).toMatchObject(
    problem(409, 'identity-taken'),
  );
  expect(await userOf(service, guest.id)).toMatchObject({ is_guest: true });
  expect(await refreshed(service, guest)).toMatchObject({ status: 200 });
});

test('an identity that is added: the session goes on as one that the provider vouches for', async () => {
  const service = await begin();
  const guest = await newGuest(service);
  service.clock.advance(20 * 60);
  const fresh = guestOf(service, (await refreshed(service, guest)).body);
  await identityOf(service, fresh, { sub: 'added' });
  expect(await userOf(service, guest.id)).toMatchObject({ is_guest: false });
  expect(await fresh.call('DELETE', '/api/users/me')).toMatchObject(
    problem(401, 'recent-sign-in-required', { methods: ['provider'] }),
  );
  const { body } = await refreshed(service, fresh);
  expect(decodeJwt(body.access_token)).toMatchObject({
    sub: guest.id,
    sid: guest.session_id,
    idp: 'google',
    acr: 'aal1',
    auth_time: Math.floor(service.clock.now.getTime() / 1000),
  });
  expect(decodeJwt(body.access_token)).not.toHaveProperty('guest');
  expect(await eventsOf(fresh)).toEqual(expect.arrayContaining(['guest-upgraded', 'identity-added']));
});

test('a lost answer to that is had again, though the token is no guest’s any more', async () => {
  const service = await begin();
  const guest = await newGuest(service);
  const json = await shown(service, { sub: 'again' });
  const headers = { 'Idempotency-Key': crypto.randomUUID() };
  const first = await add(guest, json, { headers });
  expect(first.status).toBe(201);
  expect(await add(guest, json, { headers })).toMatchObject({ status: first.status, body: first.body });
  expect(await add(guest, await shown(service, { sub: 'other' }))).toMatchObject(
    problem(401, 'recent-sign-in-required'),
  );
  expect(await rows(service, sql`select from identities where user_id = ${guest.id}`)).toHaveLength(1);
});

test('a sign-in twice at once with one key is one account and one session', async () => {
  const service = await begin();
  const guest = await newGuest(service);
  const json = await shown(service, { sub: 'twice' });
  const headers = { 'Idempotency-Key': crypto.randomUUID() };
  const answers = await Promise.all([1, 2, 3].map(() => signIn(service, guest, json, headers)));
  for (const { status, text } of answers) expect(status, text).toBeLessThan(500);
  const started = answers.filter(({ status }) => status === 200);
  expect(started.length).toBeGreaterThan(0);
  expect(new Set(started.map(({ body }) => body.session_id)).size).toBe(1);
  expect(
    await rows(service, sql`select from users where is_guest = false and id = ${guest.id}`),
  ).toHaveLength(1);
});
