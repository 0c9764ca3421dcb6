// The passkeys of an account: seen, named and removed by their owner alone.

import { sql } from 'drizzle-orm/sql/sql';
import { base64url } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import { bytesOfUuid } from '../../src/encoding.ts';
import { purge } from '../../src/features/purge/purge.ts';
import { type Person, problem, signedIn } from '../accounts/people.ts';
import { queued } from '../mail/tables.ts';
import { type Service, startService } from '../service.ts';
import { added, eventsOf, listOf, optionsFor, rpId, userRow } from './ceremonies.ts';

let service: Service;
let ada: Person;
let grace: Person;

beforeAll(async () => {
  service = await startService();
  [ada, grace] = [await signedIn(service), await signedIn(service)];
});

const nobodys = '0197a1b2-0000-7000-8000-00000000000a';
const path = (id: string) => `/api/users/me/passkeys/${id}`;

test('the list has all of them, oldest first, and what a device is to be told', async () => {
  expect((await ada.call('GET', '/api/users/me/passkeys')).body).toMatchObject({ data: [] });
  const one = await added(ada, { name: 'One' });
  service.clock.advance(1);
  const other = await added(ada, { name: 'Other' });
  await added(grace);
  const { status, trips, headers, body } = await ada.call('GET', '/api/users/me/passkeys');
  expect([status, trips, headers.get('Cache-Control')]).toEqual([200, 1, 'private, no-store']);
  expect(body).toEqual({
    data: [one, other],
    all_accepted_credentials: {
      rpId,
      userId: base64url.encode(bytesOfUuid(ada.id)),
      allAcceptedCredentialIds: [one.credential_id, other.credential_id],
    },
  });
});

test('the last use is told by the hour', async () => {
  const person = await signedIn(service);
  const { id } = await added(person);
  await service.dependencies.database.query(
    sql`update passkeys set last_used_at = '2026-03-01T09:59:59.999Z' where id = ${id}`,
    { repeatable: true },
  );
  expect(await listOf(person)).toMatchObject([{ last_used_at: '2026-03-01T09:00:00.000Z' }]);
});

test('one for another domain is listed, and neither signalled nor excluded', async () => {
  const person = await signedIn(service);
  const { id } = await added(person);
  await service.dependencies.database.query(
    sql`update passkeys set rp_id = 'old.example.test' where id = ${id}`,
    {
      repeatable: true,
    },
  );
  const { body } = await person.call('GET', '/api/users/me/passkeys');
  expect(body).toMatchObject({ data: [{ id }], all_accepted_credentials: { allAcceptedCredentialIds: [] } });
  expect((await optionsFor(person)).body.excludeCredentials).toEqual([]);
});

test('a name is changed, and nothing else', async () => {
  const passkey = await added(ada);
  const before = await userRow(service, ada);
  const answer = await ada.call('PATCH', path(passkey.id), { json: { name: ' Blue key ' } });
  expect(answer).toMatchObject({ status: 200, trips: 1, body: { ...passkey, name: 'Blue key' } });
  expect(await userRow(service, ada)).toEqual(before);
  for (const name of ['', '   ', 'a\nb', 'x'.repeat(101), null, 5, undefined])
    expect((await ada.call('PATCH', path(passkey.id), { json: { name } })).status).toBe(422);
  expect(await listOf(ada)).toContainEqual(answer.body);
});

test('a removed one is gone everywhere, its owner is told, and it is kept for an undo', async () => {
  const person = await signedIn(service);
  const passkey = await added(person, { name: 'Blue key' });
  service.clock.advance(1);
  expect(await person.call('DELETE', path(passkey.id))).toMatchObject({ status: 204, trips: 1 });
  expect(await listOf(person)).toEqual([]);
  expect((await optionsFor(person)).body.excludeCredentials).toEqual([]);
  expect(await userRow(service, person)).toEqual({ passkey_count: 0, factors_version: 2 });
  expect(await eventsOf(person)).toEqual(['passkey-removed', 'passkey-added']);
  const mails = await queued(service, person.email);
  expect(mails.at(-1)).toMatchObject({ kind: 'passkey-removed', details: { name: 'Blue key' } });
  const [row] = await service.dependencies.database.query(
    sql`select removed_at, expires_at - removed_at = interval '8 days' as is_kept from passkeys where id = ${passkey.id}`,
    { repeatable: true },
  );
  expect(row).toEqual({ removed_at: service.clock.now.toISOString(), is_kept: true });
  const gone = problem(404, 'not-found');
  expect(await person.call('DELETE', path(passkey.id))).toMatchObject(gone);
  expect(await person.call('PATCH', path(passkey.id), { json: { name: 'Back' } })).toMatchObject(gone);
});

test("another's passkey is as good as none", async () => {
  const { id } = await added(grace);
  const before = await listOf(grace);
  for (const target of [id, nobodys, 'x'])
    for (const method of ['PATCH', 'DELETE'])
      expect(
        await ada.call(method, path(target), method === 'PATCH' ? { json: { name: 'Mine' } } : {}),
        `${method} ${target}`,
      ).toMatchObject(problem(404, 'not-found'));
  expect(await listOf(grace)).toEqual(before);
});

test('removing one takes a sign-in as sure as its owner can be', async () => {
  const person = await signedIn(service);
  const { id } = await added(person);
  await service.dependencies.database.query(
    sql`update users set totp_id = ${service.dependencies.newId()} where id = ${person.id}`,
    { repeatable: true },
  );
  expect(await person.call('DELETE', path(id))).toMatchObject(
    problem(401, 'recent-sign-in-required', { acr_values: 'aal2' }),
  );
  expect(await listOf(person)).toHaveLength(1);
});

test('a removed one is purged after eight days, and a spent challenge when no repeat can come any more', async () => {
  const later = await startService();
  const person = await signedIn(later);
  const [gone, kept] = [await added(person), await added(person)];
  await person.call('DELETE', path(gone.id));
  const { database } = later.dependencies;
  const count = async () => {
    await purge(later.dependencies);
    const [row] = await database.query(
      sql`
        select (select count(*)::int from spent_challenges s )
          as challenges, (select array_agg(id) from passkeys where user_id = ${person.id}) as passkeys`,
      { repeatable: true },
    );
    return row as { challenges: number; passkeys: string[] };
  };
  later.clock.advance(14 * 60);
  const { challenges } = await count();
  expect(challenges).toBeGreaterThan(1);
  later.clock.advance(61);
  expect((await count()).challenges).toBe(0);
  later.clock.advance(8 * 24 * 60 * 60 - 16 * 60);
  expect((await count()).passkeys).toHaveLength(2);
  later.clock.advance(61);
  expect((await count()).passkeys).toEqual([kept.id]);
});
