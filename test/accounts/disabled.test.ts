// A disabled account: whoever has shown all that it owes is told so at every door, and nobody else can tell it from any other.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { accountOf, ask as askForCode, eventsOf, mailed, use } from '../email-codes/codes.ts';
import { twoFactorPerson, wrongCode } from '../factors/authenticator.ts';
import { ask as askAsGuest, newGuest, withAddress } from '../guests/people.ts';
import { newStage, withKey } from '../identities/provider-sign-in.ts';
import { byCode, forgot, otherPassword, registered, reset, verify } from '../mail/granted.ts';
import { insertImported, newPerson } from '../mail/tables.ts';
import { flags } from '../passkeys/authenticator.ts';
import { withPasskey } from '../passkeys/owner.ts';
import { newAddress, password, type Service, startService } from '../service.ts';
import { refresh } from '../sessions/driver.ts';
import { disable, enable } from './disabled-people.ts';
import { problem, signedIn } from './people.ts';

const disabled = problem(403, 'account-disabled', { retryable: false, discard_credentials: false });

const logIn = (service: Service, email: string, more: object = {}, headers: Record<string, string> = {}) =>
  service.call('POST', '/api/auth/login', { json: { email, password, ...more }, headers });

const secondStep = (service: Service, auth_session: string, more: object) =>
  service.call('POST', '/api/auth/login/second-factor', { json: { auth_session, ...more } });

test('the right password is told, a wrong one hears what it hears of any account', async () => {
  const service = await startService();
  const [{ email }, other] = [await newPerson(service), await newPerson(service)];
  await disable(service, email);
  expect(await logIn(service, email)).toMatchObject({ ...disabled, trips: 2 });
  const [wrong, ofOther] = [
    await logIn(service, email, { password: otherPassword }),
    await logIn(service, other.email, { password: otherPassword }),
  ];
  const unlike = ({ body, ...answer }: typeof wrong) => ({
    ...body,
    instance: '',
    status: answer.status,
    trips: answer.trips,
  });
  expect(wrong).toMatchObject({ ...problem(401, 'invalid-credentials'), trips: 2 });
  expect(unlike(wrong)).toEqual(unlike(ofOther));
  expect(await accountOf(service, email)).toMatchObject({ live_sessions: 0, failed_sign_ins: 1 });
});

test('it is an event of its own and no guess: the pause is not for whoever knows the password', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  await disable(service, email);
  for (let times = 0; times < 15; times += 1) expect(await logIn(service, email)).toMatchObject(disabled);
  expect(await accountOf(service, email)).toMatchObject({ failed_sign_ins: 0 });
  expect(await eventsOf(service, email)).toEqual(['sign-in-refused']);
  await enable(service, email);
  expect(await logIn(service, email)).toMatchObject({ status: 200 });
});

test('a call that was refused begins a session once the account is enabled, with its key as well', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const { headers } = withKey();
  await disable(service, email);
  expect(await logIn(service, email, {}, headers)).toMatchObject(disabled);
  await enable(service, email);
  const { status, body } = await logIn(service, email, {}, headers);
  expect([status, typeof body.known_device]).toEqual([200, 'string']);
});

test('where a second factor is owed, the password alone is told nothing', async () => {
  const service = await startService();
  const { email, app } = await twoFactorPerson(service);
  const open = (await logIn(service, email)).body.auth_session;
  await disable(service, email);
  service.clock.advance(30);
  expect(await secondStep(service, open, { totp: app.code() })).toMatchObject(problem(400, 'invalid-token'));
  expect(await logIn(service, email, { totp: '000000' })).toMatchObject(wrongCode);
  expect(await logIn(service, email, { totp: app.code() })).toMatchObject(disabled);
  const asked = await logIn(service, email);
  expect(asked).toMatchObject(problem(403, 'second-factor-required'));
  service.clock.advance(30);
  const { auth_session } = asked.body;
  expect(await secondStep(service, auth_session, { totp: '000000' })).toMatchObject(wrongCode);
  expect(await secondStep(service, auth_session, { totp: app.code() })).toMatchObject(disabled);
  expect(await accountOf(service, email)).toMatchObject({ live_sessions: 0, failed_sign_ins: 0 });
});

test('a passkey is told, and without user verification only beside the second factor', async () => {
  const service = await startService();
  const [one, two] = [await signedIn(service), await twoFactorPerson(service)];
  const [verified, present] = [await withPasskey(service, one), await withPasskey(service, two)];
  for (const { email } of [one, two]) await disable(service, email);
  const show = (credential: unknown) => service.call('POST', '/api/auth/passkey', { json: { credential } });
  expect(await show(await verified.answer())).toMatchObject({ ...disabled, trips: 2 });
  const asked = await show(await present.answer({ flags: flags.present | flags.eligible }));
  expect(asked).toMatchObject(problem(403, 'second-factor-required'));
  service.clock.advance(30);
  expect(await secondStep(service, asked.body.auth_session, { totp: two.app.code() })).toMatchObject(
    disabled,
  );
  const { body } = await logIn(service, two.email);
  const passkey = await present.answer({}, { auth_session: body.auth_session });
  expect(await secondStep(service, body.auth_session, { passkey })).toMatchObject(disabled);
});

test('a provider’s word is told, by the identity as by the address, and joins nothing', async () => {
  const { service, signIn } = await newStage();
  const sub = crypto.randomUUID();
  const email = `${sub}@gmail.com`;
  const claims = { sub, email, email_verified: true };
  await newPerson(service, email);
  await disable(service, email);
  expect(await signIn('google', claims)).toMatchObject({ ...disabled, trips: 1 });
  expect(await eventsOf(service, email)).toEqual(['sign-in-refused']);
  await enable(service, email);
  expect(await signIn('google', claims)).toMatchObject({ status: 200 });
  await disable(service, email);
  expect(await signIn('google', claims)).toMatchObject(disabled);
});

test('a mailed code is told and used up; asking for one is answered as ever', async () => {
  const service = await startService({ EMAIL_CODES: 'true' });
  const [{ email }, both] = [await newPerson(service), await twoFactorPerson(service)];
  for (const person of [email, both.email]) await disable(service, person);
  const [given, { headers }] = [await mailed(service, email), withKey()];
  expect(await use(service, given, {}, headers)).toMatchObject({ ...disabled, trips: 1 });
  expect(await use(service, given, {}, headers)).toMatchObject(disabled);
  expect(await use(service, given)).toMatchObject(problem(400, 'invalid-token'));
  service.clock.advance(30);
  const asked = await use(service, await mailed(service, both.email));
  expect(asked).toMatchObject(problem(403, 'second-factor-required'));
  expect(await secondStep(service, asked.body.auth_session, { totp: both.app.code() })).toMatchObject(
    disabled,
  );
  service.clock.advance(600);
  const second = await mailed(service, both.email);
  expect(await use(service, second, { totp: both.app.code() })).toMatchObject(disabled);
  const [known, unknown] = [await askForCode(service, email), await askForCode(service, newAddress())];
  expect([known.status, Object.keys(known.body)]).toEqual([unknown.status, Object.keys(unknown.body)]);
});

test('its sessions, refreshed in whichever way, say why they have ended', async () => {
  const service = await startService();
  const person = await signedIn(service);
  await disable(service, person.email);
  const ended = problem(401, 'session-ended', { reason: 'disabled', discard_credentials: true });
  expect(await refresh(service, person.refresh_token)).toMatchObject(ended);
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: person.refresh_token });
  expect(await service.call('POST', '/oauth/token', { body })).toMatchObject({
    status: 400,
    body: { error: 'invalid_grant' },
  });
  for (const [path, json] of [
    ['/api/auth/reauthenticate', { method: 'password', password }],
    ['/api/auth/change-password', { current_password: password, new_password: otherPassword }],
  ] as const)
    expect(await person.call('POST', path, { json })).toMatchObject(problem(401, 'session-ended'));
});

test('the session that took the place of another at a change of the password is not to be had', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const { headers } = withKey();
  const json = { current_password: password, new_password: otherPassword };
  const change = () => person.call('POST', '/api/auth/change-password', { json, headers });
  expect(await change()).toMatchObject({ status: 200 });
  await disable(service, person.email);
  expect(await change()).toMatchObject(problem(401, 'session-ended'));
  expect(await refresh(service, person.refresh_token, headers['Idempotency-Key'])).toMatchObject(
    problem(401, 'session-ended'),
  );
});

test('a guest is told at a repeat of the call, and becomes nobody', async () => {
  const service = await startService({ GUESTS: 'true' });
  const { headers } = withKey();
  const { body } = await askAsGuest(service, {}, headers);
  const guest = await newGuest(service);
  const [row] = await service.dependencies.database.query<{ user_id: string }>(
    sql`select user_id from sessions where id = ${body.session_id}`,
    { repeatable: true },
  );
  for (const id of [row?.user_id ?? '', guest.id]) await disable(service, id);
  expect(await askAsGuest(service, {}, headers)).toMatchObject(disabled);
  expect((await withAddress(service, guest)).answer).toMatchObject(problem(401, 'session-ended'));
});

test('an imported account that is disabled can be proven, and opens nothing', async () => {
  const { service, signIn } = await newStage({ EMAIL_CODES: 'true' });
  const addresses = [newAddress(), newAddress(), `${crypto.randomUUID()}@gmail.com`] as const;
  for (const email of addresses) {
    await insertImported(service, email);
    await disable(service, email);
  }
  const [byMail, coded, provided] = addresses;
  const granted = byCode(await registered(service, byMail));
  const prove = (headers: Record<string, string> = {}) =>
    service.call('POST', '/api/auth/verify-email', {
      json: { ...granted, password, sign_in: true },
      headers,
    });
  const { headers } = withKey();
  expect(await prove(headers)).toMatchObject(disabled);
  expect(await prove(headers)).toMatchObject(disabled);
  expect(await use(service, await mailed(service, coded))).toMatchObject(disabled);
  const claims = { sub: crypto.randomUUID(), email: provided, email_verified: true };
  for (const _ of ['first', 'again']) expect(await signIn('google', claims)).toMatchObject(disabled);
  await enable(service, provided);
  expect(await signIn('google', claims)).toMatchObject({ status: 200 });
  const [counted] = await service.dependencies.database.query<{ identity_count: number }>(
    sql`select identity_count from users where email = ${provided}`,
    { repeatable: true },
  );
  expect(counted?.identity_count).toBe(1);
  for (const email of addresses)
    expect(await accountOf(service, email)).toMatchObject({ email_verified_at: expect.any(String) });
});

// Whoever took the account over has the password: it can be replaced before an operator enables the account again.
test('who reads the mailbox may choose another password, and is not signed in by it', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  await disable(service, email);
  const granted = await forgot(service, email);
  expect(await reset(service, byCode(granted))).toMatchObject({ status: 204 });
  expect(await logIn(service, email)).toMatchObject(problem(401, 'invalid-credentials'));
  expect(await logIn(service, email, { password: otherPassword })).toMatchObject(disabled);
});

test('a registration at its address makes no other account', async () => {
  const service = await startService();
  const person = await signedIn(service);
  await disable(service, person.email);
  const answer = await service.call('POST', '/api/auth/register', {
    json: { email: person.email, name: 'Eve' },
  });
  expect(answer.status).toBe(202);
  expect(await verify(service, { request: answer.body.request, code: '000000' })).toMatchObject(
    problem(400, 'invalid-code'),
  );
});
