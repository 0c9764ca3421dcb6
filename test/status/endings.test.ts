// Whatever ends a session puts it on its list, and nothing else does: by triggers, so that no statement can forget it.

import { sql } from 'drizzle-orm/sql/sql';
import { beforeAll, expect, test } from 'vitest';
import { changed, undo } from '../accounts/mailed.ts';
import { another, type Person, signedIn } from '../accounts/people.ts';
import { byLink, forgot, otherPassword, reset } from '../mail/granted.ts';
import { password, type Service, startService } from '../service.ts';
import { refresh, successor } from '../sessions/driver.ts';
import { indexOf, listedIndexes } from './lists.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});

const run = (statement: ReturnType<typeof sql>) =>
  service.dependencies.database.query(statement, { repeatable: false });

const isListed = async (index: number | null) => (await listedIndexes(service)).includes(index ?? -1);

/** Each ends the session of `person`; `other` is another session of theirs. */
const endings: Readonly<Record<string, (person: Person, other: Person) => Promise<unknown>>> = {
  'a logout': ({ refresh_token }) => service.call('POST', '/api/auth/logout', { json: { refresh_token } }),
  'a logout by access token': (person) => person.call('POST', '/api/auth/logout'),
  'a revocation from another device': ({ session_id }, other) =>
    other.call('DELETE', `/api/auth/sessions/${session_id}`),
  'a logout of every session': (_, other) => other.call('POST', '/api/auth/logout-all'),
  'a change of the password': (_, other) =>
    other.call('POST', '/api/auth/change-password', {
      json: { current_password: password, new_password: otherPassword },
    }),
  'a change of the password by itself': (person) =>
    person.call('POST', '/api/auth/change-password', {
      json: { current_password: password, new_password: otherPassword },
    }),
  'a reset': async ({ email }) => reset(service, byLink(await forgot(service, email))),
  'a theft that is found out': async ({ refresh_token }) => {
    await successor(refresh(service, await successor(refresh(service, refresh_token))));
    return refresh(service, refresh_token);
  },
  'a deletion of the account': (_, other) => other.call('DELETE', '/api/users/me'),
  'an undone change of address': async (_, other) => undo(service, await changed(other, other.email)),
  'an epoch that an operator raises': ({ id }) =>
    run(sql`update users set session_epoch = session_epoch + 1 where id = ${id}`),
  'a session that an operator deletes': ({ session_id }) =>
    run(sql`delete from sessions where id = ${session_id}`),
  'a user whom an operator deletes': ({ id }) => run(sql`delete from users where id = ${id}`),
};

test.for(Object.entries(endings))('%s puts the session on its list', async ([, end]) => {
  const person = await signedIn(service);
  const other = await another(service, person.email);
  const index = await indexOf(service, person.session_id);
  expect(index).not.toBe(null);
  expect(await isListed(index)).toBe(false);
  await end(person, other);
  expect(await isListed(index)).toBe(true);
});

test('what ends no session lists none', async () => {
  const person = await signedIn(service);
  const other = await another(service, person.email);
  const before = await listedIndexes(service);
  await successor(refresh(service, person.refresh_token));
  await person.call('PATCH', '/api/users/me', { json: { name: 'Grace' } });
  await other.call('GET', '/api/auth/sessions');
  await signedIn(service);
  expect(await listedIndexes(service)).toEqual(before);
  // Of two sessions the one that ends.
  await person.call('POST', '/api/auth/logout');
  expect(await listedIndexes(service)).toHaveLength(before.length + 1);
  expect(await isListed(await indexOf(service, other.session_id))).toBe(false);
});

test('a session that has had its time is not listed when it is purged', async () => {
  const person = await signedIn(service);
  const before = await listedIndexes(service);
  await run(sql`update sessions set expires_at = now() - interval '1 day' where id = ${person.session_id}`);
  await run(sql`delete from sessions where id = ${person.session_id}`);
  expect(await listedIndexes(service)).toEqual(before);
});

test('a session that began before there were lists ends as any, and is on none', async () => {
  const person = await signedIn(service);
  await run(sql`update sessions set status_index = null where id = ${person.session_id}`);
  const before = await listedIndexes(service);
  expect((await person.call('POST', '/api/auth/logout-all')).status).toBe(204);
  expect(await listedIndexes(service)).toEqual(before);
});

test('a session that the new password brings has a place of its own', async () => {
  const person = await signedIn(service);
  const json = { current_password: password, new_password: otherPassword };
  const { body } = await person.call('POST', '/api/auth/change-password', { json });
  const [old, next] = [await indexOf(service, person.session_id), await indexOf(service, body.session_id)];
  expect(next).not.toBe(old);
  expect(await isListed(next)).toBe(false);
});
