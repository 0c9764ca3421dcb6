// An identity opens one account. One that its account can still have back is nobody else's.

import { sql } from 'drizzle-orm/sql/sql';
import { beforeEach, expect, test } from 'vitest';
import { removedFactorKeptSeconds } from '../../src/lifetimes.ts';
import { type Person, problem, signedIn } from '../accounts/people.ts';
import { dump } from '../mail/tables.ts';
import { type Service, signIn } from '../service.ts';
import { add, identityOf, listOf, remove, shown, startWithProviders } from './ceremonies.ts';

let service: Service;
let ada: Person;
let grace: Person;

beforeEach(async () => {
  service = await startWithProviders();
});

/** Two people, and a subject of whom the provider says the same at each time. */
async function people() {
  [ada, grace] = [await signedIn(service), await signedIn(service)];
  const sub = crypto.randomUUID();
  return { sub, again: () => shown(service, { sub }) };
}

const taken = problem(409, 'identity-taken');

async function isTaken(person: Person, json: object): Promise<void> {
  const before = (await dump(service)).sort();
  expect(await add(person, json)).toMatchObject({ ...taken, trips: 1 });
  expect((await dump(service)).sort()).toEqual(before);
}

/** With a token of the time that it is by now. */
async function later(person: Person): Promise<Person> {
  const { access_token: bearer } = await signIn(service, person.email);
  return {
    ...person,
    call: (method, path, options) => service.call(method, path, { bearer, ...options }),
  };
}

test('another account’s is taken, and the refusal uses nothing up', async () => {
  const { sub, again } = await people();
  const identity = await identityOf(service, ada, { sub });
  const json = await again();
  await isTaken(grace, json);
  // The same token is good for its owner.
  expect(await add(ada, json)).toMatchObject({ status: 201, body: { id: identity.id } });
  expect(await listOf(grace)).toEqual([]);
});

test('by whichever of the issuers of a provider it is named', async () => {
  await people();
  const sub = crypto.randomUUID();
  await identityOf(service, ada, { sub, iss: 'https://appleid.apple.com' }, 'apple');
  const json = await shown(service, { sub, iss: 'https://account.apple.com' }, 'apple');
  expect(await add(grace, json, {}, 'apple')).toMatchObject(taken);
});

test('the same subject of another provider is somebody else', async () => {
  const { sub } = await people();
  await identityOf(service, ada, { sub });
  await identityOf(service, grace, { sub }, 'acme');
});

test('whatever the address: the subject is who it is', async () => {
  const { sub } = await people();
  const identity = await identityOf(service, ada, { sub, email: 'ada@gmail.com' });
  const moved = await shown(service, { sub, email: 'grace@gmail.com' });
  expect(await add(ada, moved)).toMatchObject({ status: 201, body: { id: identity.id } });
  // An address of one's own or of anybody is no reason to be refused, or to be let in.
  const named = await shown(service, { email: ada.email });
  expect(await add(grace, named)).toMatchObject({ status: 201 });
});

test('one that was removed is nobody else’s until it cannot come back, and its own account’s at once', async () => {
  const { sub, again } = await people();
  const identity = await identityOf(service, ada, { sub });
  await remove(ada, identity);
  await isTaken(grace, await again());
  const back = await add(ada, await again());
  expect(back).toMatchObject({ status: 201 });
  expect(back.body.id).not.toBe(identity.id);
  service.clock.advance(1);
  await remove(ada, back.body);
  service.clock.advance(removedFactorKeptSeconds - 1);
  grace = await later(grace);
  await isTaken(grace, await again());
  service.clock.advance(1);
  expect(await add(grace, await again())).toMatchObject({ status: 201 });
  ada = await later(ada);
  await isTaken(ada, await again());
});

test('of a deleted account it is free at once', async () => {
  const { sub, again } = await people();
  await identityOf(service, ada, { sub });
  const removed = await identityOf(service, ada, { sub: `${sub} 2` });
  await remove(ada, removed);
  await isTaken(grace, await shown(service, { sub: `${sub} 2` }));
  expect(await ada.call('DELETE', '/api/users/me')).toMatchObject({ status: 204 });
  expect(await add(grace, await again())).toMatchObject({ status: 201 });
  expect(await add(grace, await shown(service, { sub: `${sub} 2` }))).toMatchObject({ status: 201 });
});

test('no two rows of one identity are active, whoever writes them', async () => {
  const { sub } = await people();
  const { id } = await identityOf(service, ada, { sub });
  const copied = service.dependencies.database.query(
    sql`
      insert into identities (id, user_id, provider, issuer, subject, created_at)
      select gen_random_uuid(), ${grace.id}, provider, issuer, subject, created_at from identities where id = ${id}`,
    { repeatable: false },
  );
  await expect(copied).rejects.toMatchObject({ constraint: 'identities_issuer_subject_key' });
});
