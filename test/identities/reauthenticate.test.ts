// POST /api/auth/reauthenticate by an identity provider: an ID token with our nonce, of an identity of one's own, once.

import { sql } from 'drizzle-orm/sql/sql';
import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { recentSignInSeconds } from '../../src/lifetimes.ts';
import { type Person, problem, signedIn } from '../accounts/people.ts';
import { type Authenticator, withTotp, wrongCode } from '../factors/totp.ts';
import { seconds } from '../level/tokens.ts';
import { dump } from '../mail/tables.ts';
import type { Service } from '../service.ts';
import { refresh } from '../sessions/driver.ts';
import { identityOf, issuersOf, listOf, remove, shown, startWithProviders } from './ceremonies.ts';
import type { Issuers } from './issuer.ts';

const notAccepted = problem(400, 'id-token-not-accepted');

type Provider = keyof Issuers;

/** Somebody whose sign-in was some time ago, with an identity. */
async function old(provider: Provider = 'google') {
  const service = await startWithProviders();
  const person = await signedIn(service);
  const sub = crypto.randomUUID();
  const identity = await identityOf(service, person, { sub }, provider);
  service.clock.advance(recentSignInSeconds + 1);
  return { service, person, sub, identity };
}

const again = (person: Person, json: object, headers: Record<string, string> = {}) =>
  person.call('POST', '/api/auth/reauthenticate', {
    json: { method: 'provider', provider: 'google', ...json },
    headers,
  });

async function changesNothing(service: Service, act: () => Promise<unknown>): Promise<void> {
  const rows = async () =>
    (await dump(service)).filter((row) => !/^(login_attempts|security_events) /.test(row));
  const before = (await rows()).sort();
  await act();
  expect((await rows()).sort()).toEqual(before);
}

const levelBy = (service: Service, more: object = {}) => ({
  auth_time: seconds(service),
  acr: 'aal1',
  idp: 'google',
  ...more,
});

test('the session is recent by the provider, whose name its tokens have from then on', async () => {
  const { service, person, sub, identity } = await old();
  const answer = await again(person, await shown(service, { sub }));
  expect(answer).toMatchObject({ status: 200, trips: 2, body: { session_id: person.session_id } });
  expect(decodeJwt(answer.body.access_token)).toMatchObject(levelBy(service));
  expect(decodeJwt(answer.body.access_token)).not.toHaveProperty('amr');
  const bearer = answer.body.access_token;
  expect(await person.call('GET', '/api/users/me/export', { bearer })).toMatchObject({ status: 200 });
  const refreshed = await refresh(service, person.refresh_token);
  expect(decodeJwt(refreshed.body.access_token)).toMatchObject(levelBy(service));
  const [listed] = await listOf(person);
  const hour = `${service.clock.now.toISOString().slice(0, 13)}:00:00.000Z`;
  expect(listed).toEqual({ ...identity, last_used_at: hour });
  const { body } = await person.call('GET', '/api/users/me/security-events');
  expect(body.data[0]).toMatchObject({ kind: 'reauthenticated', session_id: person.session_id });
});

test('the methods that the provider names are the session’s', async () => {
  const { service, person, sub } = await old();
  const { body } = await again(person, await shown(service, { sub, amr: ['pwd', 'otp', 'made-up'] }));
  expect(decodeJwt(body.access_token)).toMatchObject(levelBy(service, { amr: ['pwd', 'otp'] }));
  // A password leaves nothing of the provider.
  const json = { method: 'password', password: 'tide lamp orbit cello' };
  const answer = await person.call('POST', '/api/auth/reauthenticate', { json });
  expect(decodeJwt(answer.body.access_token)).not.toHaveProperty('idp');
});

/** Of the token that it is called with. */
const accessTokenSeconds = 15 * 60;

test('a token works once, and for its call once more', async () => {
  const { service, person, sub } = await old();
  const json = await shown(service, { sub });
  const key = { 'Idempotency-Key': crypto.randomUUID() };
  expect(await again(person, json, key)).toMatchObject({ status: 200 });
  service.clock.advance(accessTokenSeconds - recentSignInSeconds - 2);
  expect(await again(person, json, key)).toMatchObject({ status: 200 });
  await changesNothing(service, async () => {
    expect(await again(person, json)).toMatchObject(notAccepted);
    expect(await again(person, json, { 'Idempotency-Key': crypto.randomUUID() })).toMatchObject(notAccepted);
  });
});

test('nor is one good that has signed in, or was added with', async () => {
  const { service, person, sub } = await old();
  const signedInWith = await shown(service, { sub });
  const answer = await service.call('POST', '/api/auth/login/google', { json: signedInWith });
  expect(answer).toMatchObject({ status: 200 });
  await changesNothing(service, async () => {
    expect(await again(person, signedInWith)).toMatchObject(notAccepted);
  });
});

test('another’s identity, nobody’s, and one that was removed show nothing, and are not used up', async () => {
  const { service, person, sub } = await old();
  const grace = await signedIn(service);
  const theirs = crypto.randomUUID();
  await identityOf(service, grace, { sub: theirs });
  const second = await identityOf(service, grace, { sub: `${theirs} 2` });
  await remove(grace, second);
  const tokens = {
    anothers: await shown(service, { sub: theirs }),
    nobodys: await shown(service),
    removed: await shown(service, { sub: `${theirs} 2` }),
    another: await shown(service, { sub }, 'acme'),
  };
  await changesNothing(service, async () => {
    expect(await again(person, tokens.anothers)).toMatchObject(notAccepted);
    expect(await again(person, tokens.nobodys)).toMatchObject(notAccepted);
    expect(await again(grace, tokens.removed)).toMatchObject(notAccepted);
    // The same subject, of another provider.
    expect(await again(person, { ...tokens.another, provider: 'acme' })).toMatchObject(notAccepted);
  });
  expect(await again(grace, tokens.anothers)).toMatchObject({ status: 200 });
});

test('without our nonce nothing is shown, also where the provider’s is optional', async () => {
  const { service, person, sub } = await old('acme');
  const { acme } = issuersOf(service);
  const { nonce } = await shown(service);
  await changesNothing(service, async () => {
    const missing = { provider: 'acme', id_token: await acme.token({ sub }) };
    expect(await again(person, missing)).toMatchObject(problem(422, 'validation-failed'));
    expect(await again(person, { ...missing, nonce })).toMatchObject(notAccepted);
    const foreign = await acme.token({ sub, nonce: 'of the app' });
    expect(await again(person, { provider: 'acme', id_token: foreign, nonce: 'of the app' })).toMatchObject(
      notAccepted,
    );
  });
  const good = await shown(service, { sub }, 'acme');
  expect(await again(person, { ...good, provider: 'acme' })).toMatchObject({ status: 200 });
});

test('what is not there says so, and of an ended session nothing else is said', async () => {
  const { service, person, sub } = await old();
  const json = await shown(service, { sub });
  for (const missing of ['provider', 'id_token', 'nonce'])
    expect(await again(person, { ...json, [missing]: undefined })).toMatchObject(
      problem(422, 'validation-failed', { errors: [{ pointer: `/${missing}`, detail: 'is required' }] }),
    );
  expect(await again(person, { ...json, provider: 'facebook' })).toMatchObject(
    problem(404, 'way-not-enabled'),
  );
  await person.call('POST', '/api/auth/logout');
  for (const body of [json, { ...json, id_token: 'x' }, { ...json, provider: 'facebook' }])
    expect(await again(person, body)).toMatchObject(problem(401, 'session-ended'));
});

async function twoFactors(): Promise<{ service: Service; person: Person; sub: string; app: Authenticator }> {
  const { service, person, sub } = await old();
  return { service, person, sub, app: await withTotp(service, person) };
}

test('who has a second factor owes it, and its token is good still', async () => {
  const { service, person, sub, app } = await twoFactors();
  const json = await shown(service, { sub });
  const codes = { totp: await app.code(), recovery_code: app.recoveryCodes[0] };
  for (const [name, code] of Object.entries(codes)) {
    const token = name === 'totp' ? json : await shown(service, { sub });
    await changesNothing(service, async () => {
      expect(await again(person, token)).toMatchObject(
        problem(403, 'second-factor-required', { factors: ['totp', 'recovery_code'] }),
      );
    });
    expect(await again(person, { ...token, totp: await wrongCode(app) })).toMatchObject(
      problem(403, 'invalid-second-factor'),
    );
    const answer = await again(person, { ...token, [name]: code });
    expect(answer).toMatchObject({ status: 200 });
    expect(decodeJwt(answer.body.access_token)).toMatchObject(
      levelBy(service, { acr: 'aal2', amr: ['otp', 'mfa'] }),
    );
  }
});

test('the last of a user’s ways that is asked for is the one that they have', async () => {
  const { service, person, sub } = await old();
  await service.dependencies.database.query(
    sql`update users set password_hash = null where id = ${person.id}`,
    { repeatable: true },
  );
  const refusal = await person.call('GET', '/api/users/me/export');
  expect(refusal).toMatchObject(
    problem(401, 'recent-sign-in-required', { methods: ['provider'], providers: ['google'] }),
  );
  const { body } = await again(person, await shown(service, { sub }));
  const bearer = body.access_token;
  expect(await person.call('GET', '/api/users/me/export', { bearer })).toMatchObject({ status: 200 });
});

test('of calls with one token at once one is good', async () => {
  const { service, person, sub } = await old();
  for (let round = 0; round < 4; round += 1) {
    const json = await shown(service, { sub });
    const answers = await Promise.all(Array.from({ length: 5 }, () => again(person, json)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400]);
  }
});
