// SIGN_UP: who may have a new account, at every door that makes one. Accounts that are there go on as before.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { accountOf, ask as askForCode, mailed, use } from '../email-codes/codes.ts';
import { ask as askAsGuest, newGuest, prove, userOf, withPasskey } from '../guests/people.ts';
import { add } from '../identities/ceremonies.ts';
import { withProviders } from '../identities/issuer.ts';
import { newStage, withKey } from '../identities/provider-sign-in.ts';
import { byCode, byLink, forgot, registered, reset, verify } from '../mail/granted.ts';
import { startSecondIsolate } from '../mail/own-service.ts';
import { insertImported, newPerson, queued } from '../mail/tables.ts';
import { newAddress, password, type Service, startService } from '../service.ts';
import { problem, signedIn } from './people.ts';

const closed = problem(403, 'sign-up-closed', { retryable: false, discard_credentials: false });

const register = (service: Service, email: string) =>
  service.call('POST', '/api/auth/register', { json: { email, name: 'Ada' } });

/** Of no domain that is open below. */
const outside = () => `person-${crypto.randomUUID()}@elsewhere.test`;

test('a registration is refused by what is typed alone, whoever has the address', async () => {
  const service = await startService({ SIGN_UP: 'closed' });
  const [{ email }, imported] = [await newPerson(service), newAddress()];
  await insertImported(service, imported);
  for (const address of [email, imported, newAddress()])
    expect(await register(service, address)).toMatchObject({ ...closed, trips: 0 });
  expect(await queued(service, email)).toEqual([]);
});

test('domains are compared whole, in any case and script; those below one only where it says so', async () => {
  const service = await startService({ SIGN_UP: 'Example.test,*.bücher.example' });
  const statuses = async (domains: readonly string[]) =>
    Promise.all(
      domains.map(async (domain) => (await register(service, `a${crypto.randomUUID()}@${domain}`)).status),
    );
  const open = ['example.test', 'EXAMPLE.TEST', 'a.bücher.example', 'a.b.xn--bcher-kva.example'];
  expect(await statuses(open)).toEqual(open.map(() => 202));
  const others = [
    'a.example.test',
    'example.test.com',
    'notexample.test',
    'bücher.example',
    'xbücher.example',
  ];
  expect(await statuses(others)).toEqual(others.map(() => 403));
});

test('of a code to sign in the same is said to anybody, in one trip, and it is mailed to whoever may have an account', async () => {
  const service = await startService({ SIGN_UP: 'closed', EMAIL_CODES: 'true' });
  const [{ email }, imported, nobody] = [await newPerson(service), newAddress(), newAddress()];
  await insertImported(service, imported);
  const answers = [];
  for (const address of [email, imported, nobody]) answers.push(await askForCode(service, address));
  const likeness = answers.map(({ status, trips, body: { request, ...body } }) => ({
    status,
    trips,
    body,
    length: request.length,
  }));
  expect(likeness).toEqual([likeness[0], likeness[0], likeness[0]]);
  expect(likeness[0]).toMatchObject({ status: 202, trips: 1 });
  const kinds = async (address: string) => (await queued(service, address)).map(({ kind }) => kind);
  expect(await kinds(email)).toEqual(['sign-in-code']);
  expect(await kinds(imported)).toEqual(['sign-in-code']);
  // Nor is the address kept.
  const again = { json: { request: answers[2]?.body.request } };
  const open = await startSecondIsolate(service, { EMAIL_CODES: 'true' });
  for (const at of [service, open]) {
    service.clock.advance(600);
    expect(await at.call('POST', '/api/auth/resend-verification', again)).toMatchObject({ status: 202 });
  }
  const [kept] = await service.dependencies.database.query<{ count: number }>(
    sql`select count(*)::int as count from email_requests r left join mails m on m.request_id = r.id or m.recipient = ${nobody}
      where r.email = ${nobody} or m.recipient = ${nobody} or (r.email is null and m.id is not null)`,
    { repeatable: true },
  );
  expect(kept?.count).toBe(0);
  expect(await use(service, await mailed(service, imported))).toMatchObject({ status: 200 });
});

test('what was begun before it was closed makes no account, is not spent, and goes on where it is opened again', async () => {
  const service = await startService({ EMAIL_CODES: 'true', GUESTS: 'true' });
  const shut = await startSecondIsolate(service, { EMAIL_CODES: 'true', SIGN_UP: 'elsewhere.test' });
  const [one, two, three] = [await registered(service), await registered(service), await mailed(service)];
  const guest = await newGuest(service);
  expect(await verify(shut, byLink(one))).toMatchObject(closed);
  expect(await verify(shut, { request: two.request, code: '000000' })).toMatchObject(
    problem(400, 'invalid-code'),
  );
  expect(await verify(shut, byCode(two))).toMatchObject(closed);
  expect(await prove(shut, guest.access_token, byCode(two))).toMatchObject(closed);
  for (const more of [{}, { totp: '123456' }]) expect(await use(shut, three, more)).toMatchObject(closed);
  expect(
    await withPasskey({
      ...guest,
      call: (method, path, options) => shut.call(method, path, { bearer: guest.access_token, ...options }),
    }),
  ).toMatchObject(closed);
  expect(await userOf(service, guest.id)).toMatchObject({ is_guest: true, passkey_count: 0 });
  service.clock.advance(600);
  const json = { request: one.request };
  expect(await shut.call('POST', '/api/auth/resend-verification', { json })).toMatchObject({ status: 202 });
  expect(await queued(service, one.email)).toHaveLength(1);

  expect(await verify(service, byLink(one))).toMatchObject({ status: 204 });
  expect(await prove(service, guest.access_token, byCode(two))).toMatchObject({ status: 204 });
});

test('a guest is anybody', async () => {
  for (const SIGN_UP of ['closed', 'example.test'])
    expect(await askAsGuest(await startService({ GUESTS: 'true', SIGN_UP }))).toMatchObject({
      ...closed,
      trips: 0,
    });
});

test('a provider’s word makes an account where it proves an address that is open, and spends nothing where not', async () => {
  const { service, signIn, shown } = await newStage({ SIGN_UP: 'gmail.com,elsewhere.test', GUESTS: 'true' });
  const gmail = (sub = crypto.randomUUID()) => ({ sub, email: `${sub}@gmail.com`, email_verified: true });
  const sub = crypto.randomUUID();
  // A Workspace of Google's, which it proves.
  const claims = { sub, email: `${sub}@workspace.test`, email_verified: true, hd: 'workspace.test' };
  const refused = await shown('google', claims);
  const post = (at: Service) => at.call('POST', '/api/auth/login/google', { json: refused });
  expect(await post(service)).toMatchObject({ ...closed, trips: 1 });
  // Of a domain that is open, and not said with authority.
  expect(
    await signIn('google', { sub: crypto.randomUUID(), email: outside(), email_verified: true }),
  ).toMatchObject(closed);
  expect(await signIn('google', { ...gmail(), email_verified: false })).toMatchObject(closed);
  expect(await signIn('google', { sub: crypto.randomUUID(), email: undefined })).toMatchObject(closed);
  const person = gmail();
  expect(await signIn('google', person)).toMatchObject({ status: 200 });

  const open = await startSecondIsolate(service, {
    ...withProviders,
    GUESTS: 'true',
  });
  for (const [key, answer] of service.elsewhere) open.elsewhere.set(key, answer);
  const guest = await newGuest(open);
  const asGuest = (path: string, json: object) =>
    service.call('POST', path, { bearer: guest.access_token, json });
  expect(await asGuest('/api/auth/login/google', await shown('google', claims))).toMatchObject(closed);
  const call = (method: string, path: string, options: object = {}) =>
    service.call(method, path, { bearer: guest.access_token, ...options });
  expect(await add({ call }, await shown('google', claims))).toMatchObject(closed);
  expect(await add({ call }, await shown('google', gmail()))).toMatchObject({ status: 201 });
  expect(await post(open)).toMatchObject({ status: 200 });
  // Whoever has an account signs in, wherever it comes from.
  expect(await signIn('google', claims)).toMatchObject({ status: 200 });
});

test('a provider’s word joins an account that is there, proven or imported', async () => {
  const { service, signIn } = await newStage({ SIGN_UP: 'closed' });
  const [proven, imported] = [`${crypto.randomUUID()}@gmail.com`, `${crypto.randomUUID()}@gmail.com`];
  await newPerson(service, proven);
  await insertImported(service, imported);
  for (const email of [proven, imported])
    expect(await signIn('google', { sub: email, email, email_verified: true })).toMatchObject({
      status: 200,
    });
});

test('whoever has an account resets the password, an imported one as well', async () => {
  const service = await startService({ SIGN_UP: 'closed' });
  const email = newAddress();
  await insertImported(service, email);
  expect(await reset(service, byCode(await forgot(service, email)), password)).toMatchObject({ status: 204 });
  expect(await service.call('POST', '/api/auth/login', { json: { email, password } })).toMatchObject({
    status: 200,
  });
});

test('one’s own address stays among the domains, and may become any where nobody signs up', async () => {
  const service = await startService({ SIGN_UP: 'example.test' });
  const shut = await startSecondIsolate(service, { SIGN_UP: 'closed' });
  const person = await signedIn(service);
  const ask = (at: Service, new_email: string) =>
    at.call('POST', '/api/users/me/email', { bearer: person.access_token, json: { new_email, password } });
  expect(await ask(service, outside())).toMatchObject(closed);
  expect(await ask(service, newAddress())).toMatchObject({ status: 202 });
  expect(await ask(shut, outside())).toMatchObject({ status: 202 });
  await person.call('POST', '/api/auth/logout-all');
  expect(await ask(service, outside())).toMatchObject(problem(401, 'session-ended'));
  expect(await accountOf(service, person.email)).toBeDefined();
});

test('a repeat of the call that made an account is answered after it was closed', async () => {
  const service = await startService();
  const shut = await startSecondIsolate(service, { SIGN_UP: 'closed' });
  const granted = await registered(service);
  const { headers } = withKey();
  const json = { ...byCode(granted), password, sign_in: true };
  const prove = (at: Service) => at.call('POST', '/api/auth/verify-email', { json, headers });
  const first = await prove(service);
  expect(await prove(shut)).toMatchObject({ status: 200, body: { session_id: first.body.session_id } });
});
