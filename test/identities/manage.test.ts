// Identities of an account: added, listed and removed by their owner alone, from within a session that is recent.

import { sql } from 'drizzle-orm/sql/sql';
import { beforeEach, expect, test } from 'vitest';
import { purge } from '../../src/features/purge/purge.ts';
import { idempotentCallSeconds, maximumIdentities, recentSignInSeconds } from '../../src/lifetimes.ts';
import { newest } from '../accounts/mailed.ts';
import { type Person, problem, signedIn } from '../accounts/people.ts';
import { withTotp } from '../factors/totp.ts';
import { dump, queued } from '../mail/tables.ts';
import type { Service } from '../service.ts';
import {
  add,
  eventsOf,
  identityOf,
  issuersOf,
  listOf,
  remove,
  shown,
  startWithProviders,
  userRow,
} from './ceremonies.ts';

let service: Service;
let ada: Person;
let grace: Person;

beforeEach(async () => {
  service = await startWithProviders();
  [ada, grace] = [await signedIn(service), await signedIn(service)];
});

const notAccepted = problem(400, 'id-token-not-accepted');
const nobodys = '0197a1b2-0000-7000-8000-00000000000a';
const withKey = (key: string = crypto.randomUUID()) => ({ headers: { 'Idempotency-Key': key } });

/** Nothing is spent, counted, written down or mailed by what `act` does. */
async function changesNothing(act: () => Promise<unknown>): Promise<void> {
  const before = (await dump(service)).sort();
  await act();
  expect((await dump(service)).sort()).toEqual(before);
}

test('an account with a provider is added in one trip, shown, told by mail and written down', async () => {
  const person = await signedIn(service);
  const answer = await add(person, await shown(service));
  expect([answer.status, answer.trips, answer.headers.get('Cache-Control')]).toEqual([
    201,
    1,
    'private, no-store',
  ]);
  expect(answer.body).toEqual({
    id: expect.any(String),
    provider: 'google',
    created_at: service.clock.now.toISOString(),
    last_used_at: null,
  });
  expect(await listOf(person)).toEqual([answer.body]);
  expect(await userRow(service, person)).toEqual({ identity_count: 1, factors_version: 1 });
  expect(await eventsOf(person)).toEqual(['identity-added']);
  const mail = await newest(person.email, 'another service was added');
  for (const words of ['Account with: Google', '/undo-email-change?token=', '7 days'])
    expect(mail?.text).toContain(words);
});

test('of every provider, several of one, oldest first, and nobody sees another one’s', async () => {
  const person = await signedIn(service);
  const made: unknown[] = [];
  for (const provider of ['google', 'apple', 'acme', 'google'] as const) {
    service.clock.advance(1);
    made.push(await identityOf(service, person, {}, provider));
  }
  expect(await listOf(person)).toEqual(made);
  expect((await person.call('PATCH', '/api/users/me', { json: { name: 'Ada' } })).body.identities).toEqual(
    made,
  );
  expect(await listOf(grace)).toEqual([]);
});

test('the last use is told by the hour', async () => {
  const person = await signedIn(service);
  const { id } = await identityOf(service, person);
  await service.dependencies.database.query(
    sql`update identities set last_used_at = '2026-03-01T09:59:59.999Z' where id = ${id}`,
    { repeatable: true },
  );
  const inList = { id, last_used_at: '2026-03-01T09:00:00.000Z' };
  expect(await listOf(person)).toMatchObject([inList]);
});

test('what is theirs already is answered as it is, and nobody is told again', async () => {
  const person = await signedIn(service);
  const first = await identityOf(service, person, { sub: 'twice' });
  service.clock.advance(60);
  expect(await identityOf(service, person, { sub: 'twice' })).toEqual(first);
  expect(await userRow(service, person)).toEqual({ identity_count: 1, factors_version: 1 });
  expect(await eventsOf(person)).toHaveLength(1);
  expect(await queued(service, person.email)).toHaveLength(1);
});

test('a lost answer costs nothing: the same call again has the same identity', async () => {
  const person = await signedIn(service);
  const [json, options] = [await shown(service), withKey()];
  const first = await add(person, json, options);
  // As a token is that ran out meanwhile.
  for (const seconds of [1, idempotentCallSeconds - 2]) {
    service.clock.advance(seconds);
    expect(await add(person, json, options)).toMatchObject({ status: 201, trips: 1, body: first.body });
  }
  expect(await userRow(service, person)).toEqual({ identity_count: 1, factors_version: 1 });
  expect(await queued(service, person.email)).toHaveLength(1);
  // Removed meanwhile, it stays removed.
  const removing = await signedIn(service);
  const again = await shown(service);
  const { body } = await add(removing, again, options);
  await remove(removing, body);
  expect(await add(removing, again, options)).toMatchObject({ status: 201, body: { id: body.id } });
  expect(await listOf(removing)).toEqual([]);
});

test('an ID token adds once, also to the same account', async () => {
  const person = await signedIn(service);
  const json = await shown(service);
  const { body } = await add(person, json);
  await changesNothing(async () => {
    for (const options of [{}, withKey()])
      expect(await add(person, json, options)).toMatchObject(notAccepted);
    expect(await add(grace, json)).toMatchObject(problem(409, 'identity-taken'));
  });
  expect(await listOf(person)).toEqual([body]);
  // Nor does another token with its nonce.
  const id_token = await issuersOf(service).google.token({ nonce: json.nonce });
  expect(await add(person, { ...json, id_token })).toMatchObject(notAccepted);
});

test('a token that is not good adds nothing, and is good still where only the rest was wrong', async () => {
  const person = await signedIn(service);
  const json = await shown(service);
  const { nonce } = await shown(service);
  await changesNothing(async () => {
    for (const wrong of [
      { ...json, nonce },
      { ...json, id_token: `${json.id_token.slice(0, -8)}AAAAAAAA` },
      { ...json, id_token: 'x' },
      await shown(service, { aud: 'somebody.else' }),
      await shown(service, { iss: 'https://evil.example.test' }),
    ])
      expect(await add(person, wrong)).toMatchObject(notAccepted);
    expect(await add(person, json, {}, 'apple')).toMatchObject(notAccepted);
    for (const unknown of ['facebook', 'constructor', 'x'.repeat(64)])
      expect(await add(person, json, {}, unknown), unknown).toMatchObject(problem(404, 'way-not-enabled'));
    for (const noName of ['GOOGLE', '__proto__', '%00', 'a%2Fb'])
      expect(await add(person, json, {}, noName), noName).toMatchObject(problem(404, 'not-found'));
    expect(await add(person, json, {}, nobodys)).toMatchObject(problem(405, 'method-not-allowed'));
    for (const body of [
      {},
      { id_token: 5 },
      { id_token: '' },
      { ...json, nonce: '' },
      { id_token: 'x'.repeat(8_193) },
    ])
      expect(await add(person, body)).toMatchObject(problem(422, 'validation-failed'));
  });
  expect(await add(person, json)).toMatchObject({ status: 201 });
});

test('a provider whose nonce is optional is added without one', async () => {
  const person = await signedIn(service);
  const id_token = await issuersOf(service).acme.token();
  expect(await add(person, { id_token }, {}, 'acme')).toMatchObject({ status: 201 });
  expect(await add(person, { id_token }, {}, 'acme')).toMatchObject(notAccepted);
});

test('it takes a sign-in that is recent, and as sure as its owner can be', async () => {
  const person = await signedIn(service);
  const identity = await identityOf(service, person);
  const json = await shown(service);
  await withTotp(service, person);
  await changesNothing(async () => {
    const short = problem(401, 'recent-sign-in-required', { acr_values: 'aal2' });
    expect(await add(person, json)).toMatchObject(short);
    expect(await remove(person, identity)).toMatchObject(short);
  });
  const other = await signedIn(service);
  const theirs = await identityOf(service, other);
  service.clock.advance(recentSignInSeconds + 1);
  await changesNothing(async () => {
    const old = problem(401, 'recent-sign-in-required', {
      methods: ['password', 'provider'],
      providers: ['google'],
    });
    expect(await add(other, json)).toMatchObject(old);
    expect(await remove(other, theirs)).toMatchObject(old);
  });
});

test('of an ended session nothing is said but that', async () => {
  const person = await signedIn(service);
  const identity = await identityOf(service, person);
  const json = await shown(service);
  await person.call('POST', '/api/auth/logout');
  await changesNothing(async () => {
    const ended = problem(401, 'session-ended');
    for (const body of [json, { ...json, id_token: 'x' }])
      expect(await add(person, body)).toMatchObject(ended);
    expect(await add(person, json, {}, 'facebook')).toMatchObject(ended);
    expect(await remove(person, identity)).toMatchObject(ended);
  });
});

test('a removed one is gone, its owner is told, and it is kept for an undo', async () => {
  const person = await signedIn(service);
  const identity = await identityOf(service, person);
  service.clock.advance(1);
  expect(await remove(person, identity)).toMatchObject({ status: 204, text: '', trips: 1 });
  expect(await listOf(person)).toEqual([]);
  expect(await userRow(service, person)).toEqual({ identity_count: 0, factors_version: 2 });
  expect(await eventsOf(person)).toEqual(['identity-removed', 'identity-added']);
  const mail = await newest(person.email, 'another service was removed');
  expect(mail?.text).toContain('Account with: Google');
  expect(await remove(person, identity)).toMatchObject(problem(404, 'not-found'));
  const [row] = await service.dependencies.database.query(
    sql`select removed_at, expires_at - removed_at = interval '8 days' as is_kept from identities where id = ${identity.id}`,
    { repeatable: true },
  );
  expect(row).toEqual({ removed_at: service.clock.now.toISOString(), is_kept: true });
});

test("another's identity is as good as none", async () => {
  const identity = await identityOf(service, grace);
  await changesNothing(async () => {
    for (const id of [identity.id, nobodys, '0', '%00', 'a%2Fb'])
      expect(await remove(ada, { id }), id).toMatchObject(problem(404, 'not-found'));
    // A provider, which is there to be added.
    for (const id of ['google', 'x'])
      expect(await remove(ada, { id }), id).toMatchObject(problem(405, 'method-not-allowed'));
  });
  expect(await listOf(grace)).toContainEqual(identity);
});

test('twenty at most, also at once, and one that is there already goes with twenty', async () => {
  const person = await signedIn(service);
  const all = await Promise.all(
    Array.from({ length: 24 }, (_, place) => shown(service, { sub: `many ${place}` })),
  );
  const answers = await Promise.all(all.map((json) => add(person, json)));
  const full = problem(409, 'too-many-identities');
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(maximumIdentities);
  for (const answer of answers.filter(({ status }) => status !== 201)) expect(answer).toMatchObject(full);
  expect(await userRow(service, person)).toMatchObject({ identity_count: maximumIdentities });
  const refused = answers.findIndex(({ status }) => status !== 201);
  await changesNothing(async () => {
    expect(await add(person, all[refused] ?? {})).toMatchObject(full);
  });
  const kept = answers.findIndex(({ status }) => status === 201);
  expect(await add(person, await shown(service, { sub: `many ${kept}` }))).toMatchObject({
    status: 201,
    body: { id: answers[kept]?.body.id },
  });
  await remove(person, answers[kept]?.body);
  // A refusal has not used it up.
  expect(await add(person, all[refused] ?? {})).toMatchObject({ status: 201 });
});

test('a removed one is purged after eight days', async () => {
  const later = await startWithProviders();
  const person = await signedIn(later);
  const [gone, kept] = [await identityOf(later, person), await identityOf(later, person)];
  await remove(person, gone);
  const left = async () => {
    await purge(later.dependencies);
    return later.dependencies.database.query<{ id: string }>(
      sql`select id from identities where user_id = ${person.id} order by id`,
      { repeatable: true },
    );
  };
  later.clock.advance(8 * 24 * 60 * 60 - 1);
  expect(await left()).toHaveLength(2);
  later.clock.advance(1);
  expect(await left()).toEqual([{ id: kept.id }]);
});

test('a guest who adds one is a guest no more', async () => {
  const person = await signedIn(service);
  await service.dependencies.database.query(
    sql`
      update users set is_guest = true, email = null, email_verified_at = null, password_hash = null, name = ''
      where id = ${person.id}`,
    { repeatable: true },
  );
  expect(await add(person, await shown(service))).toMatchObject({ status: 201 });
  const rows = await service.dependencies.database.query(
    sql`select is_guest, identity_count from users where id = ${person.id}`,
    { repeatable: true },
  );
  expect(rows).toEqual([{ is_guest: false, identity_count: 1 }]);
});
