// What Apple tells of its users: consent withdrawn, the account at Apple deleted, mail forwarding stopped. Each is done once, and
// nothing that began after it is touched.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { makeWaitingProviderCalls } from '../../src/features/provider-calls/make.ts';
import { appleNotificationSeconds } from '../../src/lifetimes.ts';
import { another, type Person, problem } from '../accounts/people.ts';
import { startIssuers } from '../identities/issuer.ts';
import { keyNamed } from '../identities/signing-keys.ts';
import { dump, rowsWith } from '../mail/tables.ts';
import { mailsTo, type Service, startService } from '../service.ts';
import { type Apple, appleIssuer, identityRow, run, startWithApple, withApple } from './apple.ts';

const path = '/api/auth/apple/notifications';
const subject = '001234.ada.0001';

const notify = (service: Service, payload: string) => service.call('POST', path, { json: { payload } });

/** At the time of the service. */
const send = async (service: Service, apple: Apple, type: string, more: object = {}) =>
  notify(service, await apple.notification({ type, sub: subject, ...more }));

const outcomeOf = ({ logged }: Service) =>
  logged.filter(({ event }) => event === 'request').at(-1)?.fields?.['outcome'];

const kindsOf = async ({ call }: Person) =>
  (await call('GET', '/api/users/me/security-events')).body.data.map(({ kind }: { kind: string }) => kind);

/** Only Apple lets them in. */
async function withAppleAlone(service: Service, refreshToken?: string) {
  const person = await withApple(service, { ...(refreshToken && { refreshToken }) });
  await run(
    service,
    sql`update users set password_hash = null, email = ${`${person.id}@privaterelay.appleid.com`} where id = ${person.id}`,
  );
  return { ...person, email: `${person.id}@privaterelay.appleid.com` };
}

test('consent-revoked ends every session and forgets the token; the identity stays', async () => {
  const { service, apple } = await startWithApple();
  const person = await withApple(service, { refreshToken: 'kept' });
  const phone = await another(service, person.email);
  const bystander = await withApple(service, { subject: 'grace', refreshToken: 'of grace' });
  expect(await send(service, apple, 'consent-revoked')).toMatchObject({ status: 200, body: {}, trips: 1 });
  expect(outcomeOf(service)).toBe('consent-revoked');
  for (const { call, refresh_token } of [person, phone]) {
    expect(await call('GET', '/api/users/me')).toMatchObject(problem(401, 'session-ended'));
    expect(await service.call('POST', '/api/auth/refresh', { json: { refresh_token } })).toMatchObject(
      problem(401, 'session-ended', { reason: 'consent-revoked', discard_credentials: true }),
    );
  }
  expect(await identityRow(service, person.identityId)).toMatchObject({ refresh_token: null });
  expect((await identityRow(service, bystander.identityId))?.refresh_token).not.toBeNull();
  expect(await bystander.call('GET', '/api/users/me')).toMatchObject({ status: 200 });
  expect(await kindsOf(await another(service, person.email))).toContain('consent-revoked');
  // Apple knows: there is nothing to revoke.
  await makeWaitingProviderCalls(service.dependencies);
  expect(apple.calls).toEqual([]);
});

test('the same delivery again is 200 and changes nothing; another delivery of the event neither', async () => {
  const { service, apple } = await startWithApple();
  const person = await withApple(service);
  const event = { type: 'consent-revoked', sub: subject, event_time: service.clock.now.getTime() };
  const payload = await apple.notification(event);
  await notify(service, payload);
  service.clock.advance(60);
  const later = await another(service, person.email);
  expect(await notify(service, payload)).toMatchObject({ status: 200, body: {}, trips: 1 });
  expect(outcomeOf(service)).toBe('repeated');
  expect(await notify(service, await apple.notification(event))).toMatchObject({ status: 200 });
  expect(await later.call('GET', '/api/users/me')).toMatchObject({ status: 200 });
  expect((await kindsOf(later)).filter((kind: string) => kind === 'consent-revoked')).toHaveLength(2);
});

test('sent twenty times at once it is done once', async () => {
  const { service, apple } = await startWithApple();
  const person = await withApple(service);
  const payload = await apple.notification({
    type: 'consent-revoked',
    sub: subject,
  });
  const answers = await Promise.all(Array.from({ length: 20 }, () => notify(service, payload)));
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
  const kinds = await kindsOf(await another(service, person.email));
  expect(kinds.filter((kind: string) => kind === 'consent-revoked')).toHaveLength(1);
});

test('an event that was on its way for days leaves what began after it: identity, session and token', async () => {
  const { service, apple } = await startWithApple();
  const event_time = service.clock.now.getTime();
  service.clock.advance(1);
  const person = await withApple(service, { refreshToken: 'of the new consent' });
  for (const type of ['consent-revoked', 'account-delete', 'email-disabled']) {
    expect(await send(service, apple, type, { event_time })).toMatchObject({ status: 200 });
    expect(outcomeOf(service)).toBe('unknown');
  }
  expect(await person.call('GET', '/api/users/me')).toMatchObject({ status: 200 });

  // The identity is older than the event, and was used since: consent was given again.
  const between = service.clock.now.getTime();
  service.clock.advance(1);
  const since = await another(service, person.email);
  await run(
    service,
    sql`update identities set last_used_at = ${service.clock.now.toISOString()} where id = ${person.identityId}`,
  );
  await send(service, apple, 'consent-revoked', { event_time: between });
  expect(outcomeOf(service)).toBe('consent-revoked');
  expect(await person.call('GET', '/api/users/me')).toMatchObject({ status: 401 });
  expect(await since.call('GET', '/api/users/me')).toMatchObject({ status: 200 });
  expect((await identityRow(service, person.identityId))?.refresh_token).not.toBeNull();
  // Nobody who is deleted at Apple signs in there.
  await send(service, apple, 'account-delete', { event_time: between });
  expect(outcomeOf(service)).toBe('unknown');
  expect(await since.call('GET', '/api/users/me')).toMatchObject({ status: 200 });
});

test('account-delete deletes the account of somebody who has no other way in, as they could themselves', async () => {
  const { service, apple } = await startWithApple();
  const person = await withAppleAlone(service, 'kept');
  expect(await send(service, apple, 'account-delete')).toMatchObject({ status: 200, trips: 1 });
  expect(outcomeOf(service)).toBe('account-deleted');
  const naming = [person.id, person.email, person.identityId];
  const rows = await rowsWith(service, naming);
  // Nothing that names the person: a revocation that is over names the identity that there was.
  expect(rows.map((row) => row.split(' ')[0])).toEqual(['provider_calls']);
  expect((await dump(service)).filter((row) => row.includes(`${person.session_id}.0`))).toEqual([
    expect.stringContaining('account-deleted'),
  ]);
  expect((await mailsTo(person.email, 1)).at(-1)?.subject).toContain('was deleted');
  expect(await person.call('GET', '/api/users/me')).toMatchObject(problem(401, 'session-ended'));
  expect(await service.call('POST', '/api/auth/refresh', { json: person })).toMatchObject({ status: 401 });
});

test.for([
  ['a password', sql`set password_hash = 'x'`],
  ['a passkey', sql`set passkey_count = 1`],
  ['another identity', sql`set identity_count = 2`],
  ['a mailbox that is not Apple’s', sql`set email = id || '@example.test'`],
] as const)('with %s, account-delete takes the identity alone, for good', async ([, change]) => {
  const { service, apple } = await startWithApple();
  const person = await withAppleAlone(service, 'kept');
  await run(service, sql`update users ${change} where id = ${person.id}`);
  const { email } = (await person.call('GET', '/api/users/me')).body;
  const counts = () =>
    service.dependencies.database.query<{ identity_count: number; factors_version: number }>(
      sql`select identity_count, factors_version from users where id = ${person.id}`,
      { repeatable: true },
    );
  const [before] = await counts();
  expect(await send(service, apple, 'account-delete')).toMatchObject({ status: 200, trips: 1 });
  expect(outcomeOf(service)).toBe('identity-removed');
  expect(await identityRow(service, person.identityId)).toBeUndefined();
  expect(await counts()).toEqual([
    {
      identity_count: Number(before?.identity_count) - 1,
      factors_version: Number(before?.factors_version) + 1,
    },
  ]);
  expect(await person.call('GET', '/api/users/me')).toMatchObject(problem(401, 'session-ended'));
  const [mail] = await mailsTo(email, 1);
  expect(mail?.subject).toContain('Sign in with Apple was removed');
  expect(mail?.text).not.toContain('token=');
  const events = await service.dependencies.database.query(
    sql`select kind, ip, user_agent from security_events where user_id = ${person.id} and kind = 'identity-removed'`,
    { repeatable: true },
  );
  expect(events).toEqual([{ kind: 'identity-removed', ip: null, user_agent: null }]);
  // What Apple has deleted needs no revocation.
  expect(apple.calls).toEqual([]);
});

test('forwarding that stops or begins again is written down, and ends nothing', async () => {
  const { service, apple } = await startWithApple();
  const person = await withApple(service);
  service.clock.advance(1);
  const more = { email: 'x@privaterelay.appleid.com', is_private_email: 'true' };
  expect(await send(service, apple, 'email-disabled', more)).toMatchObject({ status: 200, trips: 1 });
  service.clock.advance(1);
  expect(await send(service, apple, 'email-enabled', { ...more, is_private_email: true })).toMatchObject({
    status: 200,
  });
  expect((await kindsOf(person)).slice(0, 2)).toEqual(['relay-enabled', 'relay-disabled']);
});

test.for<[string, (time: number) => unknown]>([
  ['milliseconds', (time) => time],
  ['seconds', (time) => Math.ceil(time / 1000)],
  ['text', (time) => String(time)],
])('the time of an event may be %s', async ([, timeOf]) => {
  const { service, apple } = await startWithApple();
  await withApple(service);
  service.clock.advance(5);
  const event_time = timeOf(service.clock.now.getTime());
  expect(await send(service, apple, 'consent-revoked', { event_time })).toMatchObject({ status: 200 });
  expect(outcomeOf(service)).toBe('consent-revoked');
});

test('the event may be an object, and Apple’s second name for a deletion is known', async () => {
  const { service, apple } = await startWithApple();
  await withAppleAlone(service);
  const event = { type: 'account-deleted', sub: subject, event_time: service.clock.now.getTime() };
  await notify(service, await apple.notification(undefined, { events: event }));
  expect(outcomeOf(service)).toBe('account-deleted');
});

test('both of Apple’s issuers, and each of our apps', async () => {
  const { service, apple } = await startWithApple();
  await withApple(service);
  const event = { type: 'email-disabled', sub: subject };
  for (const claims of [{ iss: 'https://account.apple.com' }, { aud: 'com.example.other' }]) {
    await notify(service, await apple.notification(event, claims));
    expect(outcomeOf(service)).toBe('relay-disabled');
  }
});

test('nobody’s identity is 200', async () => {
  const { service, apple } = await startWithApple();
  expect(await send(service, apple, 'account-delete', { sub: 'nobody' })).toMatchObject({ status: 200 });
  expect(outcomeOf(service)).toBe('unknown');
});

test.for<[string, unknown]>([
  ['another type', { type: 'email-moved', sub: subject, event_time: 1_611_765_847_700 }],
  ['a name of every object', { type: 'constructor', sub: subject, event_time: 1_611_765_847_700 }],
  ['no subject', { type: 'account-delete', event_time: 1_611_765_847_700 }],
  ['a subject with NUL', { type: 'account-delete', sub: 'a\0b', event_time: 1_611_765_847_700 }],
  ['no time', { type: 'account-delete', sub: subject, event_time: null }],
  ['a time that is none', { type: 'account-delete', sub: subject, event_time: 1e300 }],
  ['a list', [{ type: 'account-delete', sub: subject, event_time: 1 }]],
  ['null', null],
])('an event that it does not know (%s) is 200 and logged', async ([, event]) => {
  const { service, apple } = await startWithApple();
  const person = await withApple(service);
  expect(await notify(service, await apple.notification(event))).toMatchObject({ status: 200, trips: 0 });
  expect(service.logged).toContainEqual(
    expect.objectContaining({ level: 'warn', event: 'apple-event-unknown' }),
  );
  expect(await person.call('GET', '/api/users/me')).toMatchObject({ status: 200 });
});

test('what is no JSON is not known either', async () => {
  const { service, apple } = await startWithApple();
  expect(await notify(service, await apple.notification('', { events: '{"type":' }))).toMatchObject({
    status: 200,
  });
});

test('what Apple did not sign for us is refused, and does nothing', async () => {
  const { service, apple } = await startWithApple();
  const person = await withApple(service);
  const event = { type: 'account-delete', sub: subject };
  const events = JSON.stringify(event);
  const { apple: issuer } = startIssuers(service);
  const seconds = Math.floor(service.clock.now.getTime() / 1000);
  const [head, claims, signature] = (await apple.notification(event)).split('.');
  const unsigned = btoa(JSON.stringify({ alg: 'none', kid: 'x' })).replaceAll('=', '');
  const payloads = [
    'x',
    'a.b.c',
    `${unsigned}.${claims}.`,
    `${head}.${claims}.${signature?.split('').reverse().join('')}`,
    await issuer.token({ jti: 'x', events }, { key: keyNamed('RS256', 'of a forger') }),
    await issuer.token({ jti: 'x', events }, { key: keyNamed('ES256', 'of a forger') }),
    await apple.notification(event, { iss: 'https://apple.example.test' }),
    await apple.notification(event, { aud: 'com.example.strangers' }),
    await apple.notification(event, { aud: undefined }),
    await apple.notification(event, { exp: seconds - 60 }),
    await apple.notification(event, { exp: undefined }),
    await apple.notification(event, { iat: seconds - appleNotificationSeconds - 60, exp: seconds + 60 }),
    await apple.notification(event, { iat: seconds + 3600, exp: seconds + 7200 }),
    await apple.notification(event, { jti: undefined }),
    // An ID token of somebody who signs in.
    await issuer.token({ sub: subject, jti: 'x' }),
  ];
  for (const [index, payload] of payloads.entries()) {
    const answer = await notify(service, payload);
    expect(answer, `number ${index}`).toMatchObject({
      ...problem(400, 'id-token-not-accepted', { detail: expect.stringContaining('refused') }),
      trips: 0,
    });
    if (payload.length > 20) expect(answer.text).not.toContain(payload.slice(0, 20));
  }
  expect(await person.call('GET', '/api/users/me')).toMatchObject({ status: 200 });
});

test('while Apple’s keys are not to be had it is 503, so that Apple sends it again', async () => {
  const { service, apple } = await startWithApple();
  const person = await withApple(service);
  const payload = await apple.notification({
    type: 'consent-revoked',
    sub: subject,
  });
  const issuers = startIssuers(service);
  issuers.apple.answers = 'down';
  expect(await notify(service, payload)).toMatchObject(
    problem(503, 'service-unavailable', { retryable: true }),
  );
  issuers.apple.answers = 'keys';
  expect(await notify(service, payload)).toMatchObject({ status: 200 });
  expect(await person.call('GET', '/api/users/me')).toMatchObject({ status: 401 });
});

test('while the database is away it is 503, and the delivery counts when it comes again', async () => {
  const { service, apple } = await startWithApple();
  await withApple(service);
  const payload = await apple.notification({ type: 'consent-revoked', sub: subject });
  const { transport } = service;
  service.transport = () => Promise.reject(new TypeError('fault of the test'));
  expect(await notify(service, payload)).toMatchObject(problem(503, 'service-unavailable'));
  service.transport = transport;
  expect(await notify(service, payload)).toMatchObject({ status: 200 });
  expect(outcomeOf(service)).toBe('consent-revoked');
});

test('where Apple is none of the providers, it is not enabled', async () => {
  const service = await startService();
  expect(await notify(service, 'x')).toMatchObject(problem(404, 'way-not-enabled'));
});

test('the subject is Apple’s: another provider’s user of the same name is somebody else', async () => {
  const { service, apple } = await startWithApple();
  const person = await withApple(service);
  await run(
    service,
    sql`update identities set issuer = 'https://accounts.google.com', provider = 'google' where issuer = ${appleIssuer}`,
  );
  await send(service, apple, 'account-delete');
  expect(outcomeOf(service)).toBe('unknown');
  expect(await person.call('GET', '/api/users/me')).toMatchObject({ status: 200 });
});
