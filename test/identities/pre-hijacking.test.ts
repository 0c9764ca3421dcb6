// Whoever prepares an account at somebody's address, or has an address that was somebody else's, wins nothing by a provider.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { changed } from '../accounts/mailed.ts';
import { problem, signedIn } from '../accounts/people.ts';
import { logIn } from '../login/accounts.ts';
import { byCode, byLink, registered, verify } from '../mail/granted.ts';
import { insertImported } from '../mail/tables.ts';
import { password } from '../service.ts';
import { newStage, verifiedBy } from './provider-sign-in.ts';

const gmail = () => `ada.${crypto.randomUUID()}@gmail.com`;
const taken = problem(409, 'identity-taken');

test('a registration that a stranger began is worth nothing once the owner has come by Google', async () => {
  const { service, signIn, me } = await newStage();
  const email = gmail();
  const strangers = await registered(service, email, { name: 'Mallory' });
  const owner = await me(await signIn('google', { email }));
  expect(owner).toMatchObject({ email, name: 'Ada Lovelace', has_password: false });
  for (const way of [byCode, byLink])
    expect(await verify(service, way(strangers))).toMatchObject(problem(400, 'invalid-token'));
  expect(await logIn(service, email, password)).toMatchObject({ status: 401 });
});

test('an imported account that nobody had proven becomes the owner’s, and neither its password nor its role survives', async () => {
  const { service, signIn, me } = await newStage();
  const email = gmail();
  await insertImported(service, email, 'admin');
  const [{ id } = { id: '' }] = await service.dependencies.database.query<{ id: string }>(
    sql`select id from users where email = ${email}`,
    { repeatable: true },
  );
  const owner = await me(await signIn('google', { email }));
  expect(owner).toMatchObject({ id, email, email_verified: true, role: 'user', has_password: false });
  expect(await logIn(service, email, password)).toMatchObject(problem(401, 'invalid-credentials'));
});

test('a provider without authority proves no address, and joins nothing', async () => {
  const { service, signIn, me } = await newStage();
  const victim = await signedIn(service, gmail());
  expect(await signIn('acme', verifiedBy(victim))).toMatchObject(taken);
  const stranger = await me(await signIn('acme', { ...verifiedBy(victim), email_verified: false }));
  expect(stranger).toMatchObject({ email: null, email_verified: false });
  expect(stranger.id).not.toBe(victim.id);
});

test.for([
  ['Google says Apple’s relay', 'google', '@privaterelay.appleid.com'],
  ['Apple says Gmail', 'apple', '@gmail.com'],
  ['acme says iCloud', 'acme', '@icloud.com'],
] as const)('two providers, one address: %s', async ([, provider, domain]) => {
  const { service, signIn } = await newStage();
  const victim = await signedIn(service, crypto.randomUUID() + domain);
  expect(await signIn(provider, { ...verifiedBy(victim), is_private_email: false })).toMatchObject(taken);
});

test('an address that was changed at the provider is no way into the account that has it', async () => {
  const { service, signIn, me } = await newStage();
  const first = await me(await signIn('google', { sub: '1', email: gmail() }));
  const victim = await signedIn(service, gmail());
  expect(await me(await signIn('google', { sub: '1', ...verifiedBy(victim) }))).toMatchObject({
    id: first.id,
    email: first.email,
  });
});

test('a recycled address does not open the account of whoever had it', async () => {
  const { signIn, me } = await newStage();
  const email = gmail();
  const first = await me(await signIn('google', { sub: 'old', email }));
  expect(await signIn('google', { sub: 'new', email })).toMatchObject(taken);
  expect(await me(await signIn('google', { sub: 'old', email }))).toMatchObject({ id: first.id });
});

test('an address that its owner may have back is nobody else’s for a week', async () => {
  const { service, signIn, me } = await newStage();
  const victim = await signedIn(service, gmail());
  await changed(victim, victim.email);
  expect(await signIn('google', verifiedBy(victim))).toMatchObject(taken);
  expect(await signIn('acme', verifiedBy(victim))).toMatchObject(taken);
  service.clock.advance(8 * 24 * 60 * 60);
  const next = await me(await signIn('google', verifiedBy(victim)));
  expect(next).toMatchObject({ email: victim.email });
  expect(next.id).not.toBe(victim.id);
});

test('after the account was deleted the same person is somebody new, and a used ID token makes nobody', async () => {
  const { service, signIn, me, shown } = await newStage();
  const json = await shown('apple', { sub: '001.c.1' });
  const call = () => service.call('POST', '/api/auth/login/apple', { json });
  const first = await call();
  const { id } = await me(first);
  expect(await service.call('DELETE', '/api/users/me', { bearer: first.body.access_token })).toMatchObject({
    status: 204,
  });
  expect(await call()).toMatchObject(problem(400, 'id-token-not-accepted'));
  const again = await me(await signIn('apple', { sub: '001.c.1' }));
  expect(again.id).not.toBe(id);
  const [row] = await service.dependencies.database.query<{ count: number }>(
    sql`select count(*)::int as count from users u join identities i on i.user_id = u.id where i.subject = '001.c.1'`,
    { repeatable: true },
  );
  expect(row?.count).toBe(1);
});

test('a refusal spends neither token nor nonce: what was in the way may go', async () => {
  const { service, shown, me } = await newStage();
  const victim = await signedIn(service, gmail());
  const json = await shown('acme', verifiedBy(victim));
  const call = () => service.call('POST', '/api/auth/login/acme', { json });
  expect(await call()).toMatchObject(taken);
  expect(await victim.call('DELETE', '/api/users/me', { json: { password } })).toMatchObject({ status: 204 });
  expect(await me(await call())).toMatchObject({ email: null });
});

test('the mail about a join undoes it, whoever controlled the mailbox meanwhile', async () => {
  const { service, signIn } = await newStage();
  const person = await signedIn(service, gmail());
  const joined = await signIn('google', { sub: '5', ...verifiedBy(person) });
  expect(joined).toMatchObject({ status: 200 });
  const rows = await service.dependencies.database.query(
    sql`select 1 from email_requests where user_id = ${person.id} and purpose = 'undo-email-change' and acr = 'aal1'`,
    { repeatable: true },
  );
  expect(rows).toHaveLength(1);
});
