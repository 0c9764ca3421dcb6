// What matters most takes a recent sign-in. A stolen token that is old exports nothing and deletes nothing, whatever else
// happens to the account.

import { SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { freeLoginAttempts, recentSignInSeconds } from '../../src/lifetimes.ts';
import { another, type Person, problem, signedIn } from '../accounts/people.ts';
import { callAs, type Route, routes } from '../endpoints.ts';
import { dump } from '../mail/tables.ts';
import { newSender } from '../plausible.ts';
import { type Answer, issuer, newAddress, password, type Service, startService } from '../service.ts';
import { refresh } from '../sessions/driver.ts';

const recent = routes.filter((route) => route.recent !== undefined);
const withoutPassword = { fields: { password: undefined } };

const required = problem(401, 'recent-sign-in-required', {
  max_age: recentSignInSeconds,
  methods: ['password'],
  retryable: false,
  discard_credentials: false,
});

/** It is refused before the endpoint asks anything of the database, which says by what the user can sign in; and changes nothing. */
async function expectRefused(service: Service, person: Parameters<typeof callAs>[1], route: Route) {
  const before = (await dump(service)).sort();
  const answer = await callAs(service, person, route, withoutPassword);
  expect(answer).toMatchObject({ ...required, trips: 1 });
  expect(answer.headers.get('WWW-Authenticate')).toBe(
    `Bearer error="insufficient_user_authentication", max_age="${recentSignInSeconds}"`,
  );
  expect((await dump(service)).sort()).toEqual(before);
}

/** It came to what the endpoint does; a person without a second factor has no recovery codes to renew. */
function expectOpen({ status }: Answer) {
  expect([200, 202, 204, 404]).toContain(status);
}

test('these are the endpoints', () => {
  expect(Object.fromEntries(recent.map(({ route, recent }) => [route, recent]))).toEqual({
    'GET /api/users/me/export': true,
    'POST /api/users/me/email': 'or-password',
    'DELETE /api/users/me': 'or-password',
    'POST /api/users/me/passkeys/options': true,
    'DELETE /api/users/me/passkeys/:id': true,
    'POST /api/users/me/identities/:provider': true,
    'DELETE /api/users/me/identities/:id': true,
    'POST /api/users/me/totp': true,
    'DELETE /api/users/me/totp': true,
    'POST /api/users/me/totp/recovery-codes': true,
  });
});

test.for(recent)('$route is open for ten minutes, and then no more', async (route) => {
  const service = await startService();
  const person = await newSender(service);
  service.clock.advance(recentSignInSeconds + 1);
  await expectRefused(service, person, route);
  service.clock.advance(-1);
  const answer = await callAs(service, person, route, withoutPassword);
  expectOpen(answer);
  expect(answer.trips).toBe(1);
});

test.for(recent)('$route: a refresh makes no session recent, nor does a sign-in elsewhere', async (route) => {
  const service = await startService();
  const person = await newSender(service);
  service.clock.advance(recentSignInSeconds + 1);
  const { body } = await refresh(service, person.refresh_token);
  const device = await another(service, person.email);
  await expectRefused(service, { ...person, ...body }, route);
  expectOpen(await callAs(service, { ...person, ...device }, route, withoutPassword));
});

const reauthenticated = (person: Person, bearer = person.access_token) =>
  person.call('POST', '/api/auth/reauthenticate', { json: { method: 'password', password }, bearer });

test.for(recent)('$route: who holds a copy gains nothing when its owner reauthenticates', async (route) => {
  const service = await startService();
  const person = await newSender(service);
  const device = await another(service, person.email);
  service.clock.advance(recentSignInSeconds + 1);
  const { body } = await reauthenticated(person);
  // Neither the token that was copied before, nor another session of the same person.
  await expectRefused(service, person, route);
  await expectRefused(service, { ...person, ...device }, route);
  const copy = await refresh(service, device.refresh_token);
  await expectRefused(service, { ...person, ...copy.body }, route);
  const own = { ...person, access_token: body.access_token };
  expectOpen(await callAs(service, own, route, withoutPassword));
});

test.for(recent)('$route: a token that does not say when is not recent', async (route) => {
  const service = await startService();
  const person = await newSender(service);
  const { signing } = service.dependencies.accessTokenKeys;
  const now = Math.floor(service.clock.now.getTime() / 1000);
  const claims = { client_id: 'app', sid: person.session_id, role: 'user' };
  for (const more of [{}, { auth_time: `${now}` }, { auth_time: null }]) {
    const access_token = await new SignJWT({ ...claims, ...more })
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: signing.kid })
      .setIssuer(issuer)
      .setAudience('https://api.example.test')
      .setSubject(person.id)
      .setIssuedAt(now)
      .setExpirationTime(now + 900)
      .setJti(crypto.randomUUID())
      .sign(signing.key);
    expect(await service.call('GET', '/api/users/me', { bearer: access_token })).toMatchObject({
      status: 200,
    });
    await expectRefused(service, { ...person, access_token }, route);
  }
});

test('by a cookie it is refused as well, and the cookies stay', async () => {
  const service = await startService();
  const person = await signedIn(service);
  service.clock.advance(recentSignInSeconds + 1);
  const headers = { Cookie: `__Host-access_token=${person.access_token}` };
  const answer = await service.call('GET', '/api/users/me/export', { headers });
  expect(answer).toMatchObject(required);
  expect(answer.headers.getSetCookie()).toEqual([]);
});

test('the password does where the sign-in is old, but for the export', async () => {
  const service = await startService();
  const person = await signedIn(service);
  service.clock.advance(recentSignInSeconds + 1);
  const change = { json: { new_email: newAddress(), password } };
  expect(await person.call('POST', '/api/users/me/email', change)).toMatchObject({ status: 202, trips: 2 });
  expect(await person.call('DELETE', '/api/users/me', { json: { password } })).toMatchObject({ status: 204 });
});

test('asking for another address without the password forgets no guess at it', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const guess = () =>
    person.call('POST', '/api/auth/reauthenticate', {
      json: { method: 'password', password: 'wrong horse' },
    });
  for (let time = 0; time <= freeLoginAttempts; time += 1) {
    expect(await guess()).toMatchObject({ status: 401 });
    const json = { new_email: newAddress() };
    const asked = await person.call('POST', '/api/users/me/email', { json });
    expect(asked).toMatchObject({ status: 202, trips: 1 });
  }
  expect(await guess()).toMatchObject(problem(429, 'too-many-requests'));
});

test('it is asked for another address once, however often the call is repeated with its key', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const call = { json: { new_email: newAddress() }, headers: { 'Idempotency-Key': crypto.randomUUID() } };
  const once = await person.call('POST', '/api/users/me/email', call);
  expect((await person.call('POST', '/api/users/me/email', call)).body).toEqual(once.body);
});
