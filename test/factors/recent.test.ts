// What takes a recent sign-in takes the second factor of those who have one: a stolen token of before, or a known password,
// does none of it.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { freeLoginAttempts, maximumFailedSignIns, recentSignInSeconds } from '../../src/lifetimes.ts';
import { another, problem, signedIn } from '../accounts/people.ts';
import { callAs, routes } from '../endpoints.ts';
import { shown, startWithProviders } from '../identities/ceremonies.ts';
import { levelOf, seconds } from '../level/tokens.ts';
import { dump } from '../mail/tables.ts';
import { newSender } from '../plausible.ts';
import { newAddress, password, startService } from '../service.ts';
import { withTotp, wrongCode } from './totp.ts';

const recent = routes.filter((route) => route.recent !== undefined);

const required = problem(401, 'recent-sign-in-required', {
  max_age: recentSignInSeconds,
  acr_values: 'aal2',
  methods: ['password'],
  factors: ['totp', 'recovery_code'],
});

async function setUp() {
  const service = await startWithProviders();
  const person = await newSender(service);
  const authenticator = await withTotp(service, person);
  const again = (json: object, headers: Record<string, string> = {}, bearer = person.access_token) =>
    service.call('POST', '/api/auth/reauthenticate', {
      json: { method: 'password', password, ...json },
      headers,
      bearer,
    });
  return { service, person, authenticator, again };
}

test.for(recent)(
  '$route: a fresh sign-in by the password alone does not do, nor does the password',
  async (route) => {
    const { service, person, authenticator, again } = await setUp();
    const before = (await dump(service)).sort();
    // Of a provider whose word is good, which is looked at first.
    const word = route.route.endsWith('/identities/:provider') ? await shown(service) : {};
    const fields = { fields: { password: undefined, ...word } };
    const refusal = await callAs(service, person, route, fields);
    expect(refusal).toMatchObject(required);
    expect(refusal.headers.get('WWW-Authenticate')).toBe(
      `Bearer error="insufficient_user_authentication", acr_values="aal2", max_age="${recentSignInSeconds}"`,
    );
    if (route.recent === 'or-password')
      expect(await callAs(service, person, route, { fields: { password } })).toMatchObject(required);
    expect((await dump(service)).sort()).toEqual(before);
    const { body } = await again({ totp: await authenticator.code() });
    const sure = { ...person, access_token: body.access_token };
    expect((await callAs(service, sure, route, fields)).status).toBeLessThan(500);
    expect((await callAs(service, sure, route, fields)).body?.type).not.toBe(
      'https://auth.example.test/problems/recent-sign-in-required',
    );
    service.clock.advance(recentSignInSeconds + 1);
  },
);

test('the password is changed at the user’s level alone', async () => {
  const { service, person, authenticator, again } = await setUp();
  const change = (bearer: string) =>
    service.call('POST', '/api/auth/change-password', {
      json: { current_password: password, new_password: 'other words of my own' },
      bearer,
    });
  expect(await change(person.access_token)).toMatchObject(required);
  const { body } = await again({ totp: await authenticator.code() });
  service.clock.advance(recentSignInSeconds + 1);
  expect(await change(body.access_token)).toMatchObject(
    problem(401, 'recent-sign-in-required', { methods: ['password'] }),
  );
  const fresh = await again({ totp: await authenticator.code() });
  const changed = await change(fresh.body.access_token);
  expect(changed.status).toBe(200);
  expect(levelOf(changed.body.access_token)).toMatchObject({ acr: 'aal2', amr: ['pwd', 'otp', 'mfa'] });
});

test('trying in vain below the level is no guess at the password', async () => {
  const { service, person } = await setUp();
  const remove = () =>
    service.call('DELETE', '/api/users/me', { json: { password }, bearer: person.access_token });
  for (let tries = 0; tries <= freeLoginAttempts + 1; tries += 1)
    expect(await remove()).toMatchObject(required);
});

test('a reauthentication below the level renews nothing, and is a try', async () => {
  const { service, person, authenticator, again } = await setUp();
  const before = levelOf(person.access_token);
  service.clock.advance(60);
  expect(await again({})).toMatchObject(
    problem(403, 'second-factor-required', { factors: ['totp', 'recovery_code'] }),
  );
  expect(await again({ totp: await wrongCode(authenticator) })).toMatchObject(
    problem(403, 'invalid-second-factor'),
  );
  const refreshed = await service.call('POST', '/api/auth/refresh', {
    json: { refresh_token: person.refresh_token },
  });
  expect(levelOf(refreshed.body.access_token)).toEqual(before);
  for (let tries = 2; tries <= freeLoginAttempts; tries += 1) await again({});
  expect(await again({ totp: await authenticator.code() })).toMatchObject(problem(429, 'too-many-requests'));
});

test('a reauthentication at the level renews it, and its code works once', async () => {
  const { service, authenticator, again } = await setUp();
  service.clock.advance(60);
  const totp = await authenticator.code();
  const headers = { 'Idempotency-Key': crypto.randomUUID() };
  const first = await again({ totp }, headers);
  expect(first).toMatchObject({ status: 200, trips: 2 });
  const level = { auth_time: seconds(service), acr: 'aal2', amr: ['pwd', 'otp', 'mfa'] };
  expect(levelOf(first.body.access_token)).toEqual(level);
  expect(await again({ totp })).toMatchObject(problem(403, 'invalid-second-factor'));
  // A lost answer: the same call is recent as of the first one, and no more.
  service.clock.advance(5 * 60);
  expect(levelOf((await again({ totp }, headers)).body.access_token)).toEqual(level);
  service.clock.advance(5 * 60);
  expect(await again({ totp }, headers)).toMatchObject(problem(403, 'invalid-second-factor'));
});

test('the guesses of a reauthentication end with those of every other door', async () => {
  const { service, person, authenticator, again } = await setUp();
  await service.dependencies.database.query(
    sql`update totp_secrets set failures = ${maximumFailedSignIns - 1} where user_id = ${person.id}`,
    { repeatable: true },
  );
  expect(await again({ totp: await wrongCode(authenticator) })).toMatchObject(
    problem(403, 'invalid-second-factor'),
  );
  expect(await again({ totp: await authenticator.code() })).toMatchObject(
    problem(403, 'invalid-second-factor'),
  );
});

test('another session of the user stays as sure as it was', async () => {
  const { service, person, authenticator, again } = await setUp();
  const other = await service.call('POST', '/api/auth/login', {
    json: { email: person.email, password, totp: await authenticator.code() },
  });
  service.clock.advance(recentSignInSeconds + 30);
  await again({ totp: await authenticator.code() });
  const { body } = await service.call('POST', '/api/auth/refresh', {
    json: { refresh_token: other.body.refresh_token },
  });
  expect(await service.call('GET', '/api/users/me/export', { bearer: body.access_token })).toMatchObject(
    problem(401, 'recent-sign-in-required'),
  );
});

test('who has no second factor is asked for none', async () => {
  const service = await startService();
  const person = await signedIn(service, newAddress());
  await withTotp(service, await signedIn(service));
  expect((await person.call('GET', '/api/users/me/export')).status).toBe(200);
  const { access_token } = await another(service, person.email);
  expect(levelOf(access_token)).toMatchObject({ acr: 'aal1' });
});
