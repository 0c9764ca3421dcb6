// Signing in with a passkey. Each condition closes an attack, which is tried here.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { codeTries, passkeyChallengeSeconds } from '../../src/lifetimes.ts';
import { problem, signedIn } from '../accounts/people.ts';
import { withTotp } from '../factors/totp.ts';
import { levelIn, levelOf, seconds } from '../level/tokens.ts';
import { password, startService } from '../service.ts';
import { refresh } from '../sessions/driver.ts';
import { flags } from './authenticator.ts';
import { rpId, withPasskey } from './owner.ts';

const refused = problem(400, 'passkey-not-accepted');
const withoutVerification = flags.present | flags.eligible | flags.backedUp;

async function setUp(of: Parameters<typeof withPasskey>[2] = {}) {
  const service = await startService();
  const person = await signedIn(service);
  const passkey = await withPasskey(service, person, of);
  const signIn = (credential: unknown, more: object = {}, headers: Record<string, string> = {}) =>
    service.call('POST', '/api/auth/passkey', { json: { credential, ...more }, headers });
  return { service, person, ...passkey, signIn };
}

test('options cost no trip and say nothing of anybody, a sign-in costs two', async () => {
  const { service, person, device, signIn } = await setUp();
  const options = await service.call('POST', '/api/auth/passkey/options', { json: {} });
  expect(options).toMatchObject({
    status: 200,
    trips: 0,
    body: {
      rpId,
      allowCredentials: [],
      userVerification: 'preferred',
      timeout: passkeyChallengeSeconds * 1000,
    },
  });
  const answer = await signIn(await device.get({ challenge: options.body.challenge, rpId }));
  expect(answer).toMatchObject({ status: 200, trips: 2 });
  const level = { auth_time: seconds(service), acr: 'aal2', amr: ['swk', 'user', 'mfa'] };
  expect(levelIn(answer)).toEqual(level);
  const { body } = await service.call('GET', '/api/users/me', { bearer: answer.body.access_token });
  expect(body.id).toBe(person.id);
  const next = await refresh(service, answer.body.refresh_token);
  expect(levelOf(next.body.access_token)).toEqual(level);
});

test.for(['ES256', 'EdDSA', 'RS256'] as const)('%s', async (algorithm) => {
  const { answer, signIn } = await setUp({ algorithm });
  expect((await signIn(await answer())).status).toBe(200);
});

test('a key that stays in its device is hardware; without user verification it is one factor', async () => {
  const { service, answer, signIn } = await setUp({ flags: flags.present | flags.verified });
  const verified = await signIn(await answer({ flags: flags.present | flags.verified }));
  expect(levelIn(verified)).toEqual({
    auth_time: seconds(service),
    acr: 'aal2',
    amr: ['hwk', 'user', 'mfa'],
  });
  const present = await signIn(await answer({ flags: flags.present }));
  expect(levelIn(present)).toEqual({ auth_time: seconds(service), acr: 'aal1', amr: ['hwk', 'user'] });
});

test('base64url with padding, and members that nobody knows, are taken', async () => {
  const { answer, signIn } = await setUp();
  const credential = await answer();
  const padded = (text: string) => text + '='.repeat((4 - (text.length % 4)) % 4);
  const response = Object.fromEntries(
    Object.entries(credential.response).map(([name, text]) => [name, padded(text)]),
  );
  expect(
    (
      await signIn({
        ...credential,
        id: padded(credential.id),
        rawId: padded(credential.rawId),
        response,
        x: 1,
      })
    ).status,
  ).toBe(200);
});

test('a challenge works once, for what it was made for, and for five minutes', async () => {
  const { service, person, device, options, answer, signIn } = await setUp();
  const credential = await answer();
  expect((await signIn(credential)).status).toBe(200);
  expect(await signIn(credential)).toMatchObject(refused);
  // Signed by the same key, but for a challenge that somebody made up.
  expect(await signIn(await device.get({ challenge: 'AAAAAAAAAAAAAAAAAAAAAA', rpId }))).toMatchObject(
    refused,
  );
  const old = await options();
  service.clock.advance(passkeyChallengeSeconds);
  expect(await signIn(await device.get({ challenge: old.challenge, rpId }))).toMatchObject(refused);
  await withTotp(service, person);
  const { body } = await service.call('POST', '/api/auth/login', { json: { email: person.email, password } });
  const second = await options({ auth_session: body.auth_session });
  expect(await signIn(await device.get({ challenge: second.challenge, rpId }))).toMatchObject(refused);
});

test('fifty calls at once with one answer are one session', async () => {
  const { answer, signIn } = await setUp();
  const credential = await answer();
  const answers = await Promise.all(Array.from({ length: 50 }, () => signIn(credential)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 400)).toHaveLength(49);
});

test('the repeat of a call has the same session, also once the challenge is old', async () => {
  const { service, answer, signIn } = await setUp();
  const headers = { 'Idempotency-Key': crypto.randomUUID() };
  const credential = await answer();
  const first = await signIn(credential, {}, headers);
  service.clock.advance(9 * 60);
  const again = await signIn(credential, {}, headers);
  expect(again.body).toMatchObject({
    session_id: first.body.session_id,
    refresh_token: first.body.refresh_token,
  });
});

test.for([
  ['another origin', { origin: 'https://evil.example' }],
  ['a subdomain', { origin: `https://x.${rpId}` }],
  ['a frame of another site', { clientData: { crossOrigin: true } }],
  ['a top origin', { clientData: { topOrigin: 'https://evil.example' } }],
  ['a registration', { clientData: { type: 'webauthn.create' } }],
  ['another RP ID', { rpId: 'evil.example', origin: `https://${rpId}` }],
  ['nobody present', { flags: flags.verified | flags.eligible }],
  ['another eligibility', { flags: flags.present | flags.verified }],
] as const)('refused: %s', async ([, ceremony]) => {
  const { answer, signIn } = await setUp();
  const refusal = await signIn(await answer(ceremony));
  expect(refusal).toMatchObject(refused);
  expect(refusal.body).not.toHaveProperty('unknown_credential');
});

test('a flat, a falling and a zero counter refuse nobody', async () => {
  const { answer, signIn } = await setUp();
  for (const signCount of [7, 7, 3, 0]) expect((await signIn(await answer({ signCount }))).status).toBe(200);
});

test('what nobody has is named for the device; what was removed lately, or is another user’s, is not', async () => {
  const { service, person, passkeyId, device, answer, signIn, options } = await setUp();
  const { database } = service.dependencies;
  const credential = await answer();
  await database.query(
    sql`update passkeys set removed_at = now(), expires_at = now() + interval '8 days' where id = ${passkeyId}`,
    { repeatable: true },
  );
  const removed = await signIn(credential);
  expect(removed).toMatchObject(refused);
  expect(removed.body).not.toHaveProperty('unknown_credential');
  await database.query(sql`delete from passkeys where id = ${passkeyId}`, { repeatable: true });
  expect(await signIn(await answer())).toMatchObject({
    ...refused,
    body: { unknown_credential: { rpId, credentialId: device.id } },
  });
  const other = await signedIn(service);
  await withPasskey(service, other);
  const { challenge } = await options();
  const theirs = await person.call('POST', '/api/auth/reauthenticate', {
    json: { method: 'passkey', credential: await device.get({ challenge, rpId }) },
  });
  expect(theirs).toMatchObject(refused);
  expect(theirs.body).not.toHaveProperty('unknown_credential');
});

test('with TOTP on, a passkey with user verification owes nothing, and one without owes the code', async () => {
  const { service, person, answer, signIn } = await setUp();
  const authenticator = await withTotp(service, person);
  expect((await signIn(await answer())).status).toBe(200);
  const asked = await signIn(await answer({ flags: withoutVerification }));
  expect(asked).toMatchObject({
    ...problem(403, 'second-factor-required', { factors: ['totp', 'recovery_code', 'passkey'] }),
    trips: 2,
  });
  const { auth_session } = asked.body;
  const second = (json: object) =>
    service.call('POST', '/api/auth/login/second-factor', { json: { auth_session, ...json } });
  // The same passkey once more is the same factor once more.
  expect(
    await second({ passkey: await answer({ flags: withoutVerification }, { auth_session }) }),
  ).toMatchObject(refused);
  const finished = await second({ totp: await authenticator.code() });
  expect(levelIn(finished)).toEqual({
    auth_time: seconds(service),
    acr: 'aal2',
    amr: ['swk', 'user', 'otp', 'mfa'],
  });
});

test('a passkey is the second factor after a password, for its own challenge and account', async () => {
  const { service, person, answer } = await setUp();
  await withTotp(service, person);
  const login = () => service.call('POST', '/api/auth/login', { json: { email: person.email, password } });
  const { auth_session } = (await login()).body;
  const second = (json: object) =>
    service.call('POST', '/api/auth/login/second-factor', { json: { auth_session, ...json } });
  expect(await second({ passkey: await answer() })).toMatchObject(refused);
  const elsewhere = (await login()).body.auth_session;
  expect(await second({ passkey: await answer({}, { auth_session: elsewhere }) })).toMatchObject(refused);
  const other = await signedIn(service);
  const theirs = await withPasskey(service, other);
  expect(await second({ passkey: await theirs.answer({}, { auth_session }) })).toMatchObject(refused);
  const finished = await second({ passkey: await answer({ flags: withoutVerification }, { auth_session }) });
  expect(finished).toMatchObject({ status: 200, trips: 2 });
  expect(levelIn(finished)).toEqual({
    auth_time: seconds(service),
    acr: 'aal2',
    amr: ['pwd', 'swk', 'user', 'mfa'],
  });
});

test('what is refused in a second step is a try', async () => {
  const { service, person, answer } = await setUp();
  await withTotp(service, person);
  const { body } = await service.call('POST', '/api/auth/login', { json: { email: person.email, password } });
  const { auth_session } = body;
  for (let tries = 0; tries < codeTries; tries += 1) {
    const passkey = await answer({ origin: 'https://evil.example' }, { auth_session });
    expect(
      await service.call('POST', '/api/auth/login/second-factor', { json: { auth_session, passkey } }),
    ).toMatchObject(refused);
  }
  const passkey = await answer({}, { auth_session });
  expect(
    await service.call('POST', '/api/auth/login/second-factor', { json: { auth_session, passkey } }),
  ).toMatchObject(problem(400, 'invalid-token'));
});

test('a passkey shows once more who one is, in two trips, at the level that it has', async () => {
  const { service, person, answer } = await setUp();
  service.clock.advance(11 * 60);
  expect(await person.call('GET', '/api/users/me/export')).toMatchObject(
    problem(401, 'recent-sign-in-required', { methods: ['password', 'passkey'] }),
  );
  const again = await person.call('POST', '/api/auth/reauthenticate', {
    json: { method: 'passkey', credential: await answer() },
  });
  expect(again).toMatchObject({ status: 200, trips: 2 });
  expect(levelOf(again.body.access_token)).toEqual({
    auth_time: seconds(service),
    acr: 'aal2',
    amr: ['swk', 'user', 'mfa'],
  });
  expect(
    (await service.call('GET', '/api/users/me/export', { bearer: again.body.access_token })).status,
  ).toBe(200);
});

test('a challenge that was used shows nothing once more, and ends no session', async () => {
  const { person, answer } = await setUp();
  const json = { method: 'passkey', credential: await answer() };
  const [first, second] = await Promise.all(
    [json, json].map((body) => person.call('POST', '/api/auth/reauthenticate', { json: body })),
  );
  expect([first?.status, second?.status].sort()).toEqual([200, 400]);
  expect(await person.call('POST', '/api/auth/reauthenticate', { json })).toMatchObject(refused);
  expect((await person.call('GET', '/api/users/me')).status).toBe(200);
});

test('ways in without a secret to guess stay open, however many passwords were wrong', async () => {
  const { service, person, answer, signIn } = await setUp();
  await service.dependencies.database.query(
    sql`update users set failed_sign_ins = 100 where id = ${person.id}`,
    { repeatable: true },
  );
  expect((await signIn(await answer())).status).toBe(200);
  expect(
    await service.call('POST', '/api/auth/login', { json: { email: person.email, password } }),
  ).toMatchObject(problem(401, 'invalid-credentials'));
});
