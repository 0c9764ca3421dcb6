// The last way in stays, whatever the ways are: a password, passkeys, identities, and codes by mail where they are switched on.

import { sql } from 'drizzle-orm/sql/sql';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { type Person, problem, signedIn } from '../accounts/people.ts';
import { withPasskey } from '../passkeys/owner.ts';
import type { Service } from '../service.ts';
import { identityOf, listOf, startWithProviders, userRow } from './ceremonies.ts';

let service: Service;
let withCodes: Service;

beforeAll(async () => {
  service = await startWithProviders();
  withCodes = await startWithProviders({ EMAIL_CODES: 'true' });
});

type Ways = {
  readonly hasPassword: boolean;
  readonly passkeys: number;
  readonly identities: number;
  readonly hasAddress: boolean;
};

const count = ({ hasPassword, passkeys, identities, hasAddress }: Ways, codes: boolean) =>
  Number(hasPassword) + passkeys + identities + Number(codes && hasAddress);

/** A person with these ways in, and how each passkey and identity is removed. */
async function personWith(ways: Ways): Promise<{ person: Person; paths: string[] }> {
  const person = await signedIn(service);
  const paths: string[] = [];
  for (let times = 0; times < ways.passkeys; times += 1)
    paths.push(`passkeys/${(await withPasskey(service, person)).passkeyId}`);
  for (let times = 0; times < ways.identities; times += 1)
    paths.push(`identities/${(await identityOf(service, person)).id}`);
  await service.dependencies.database.query(
    sql`
      update users set password_hash = case when ${ways.hasPassword} then password_hash end,
        email = case when ${ways.hasAddress} then email end,
        email_verified_at = case when ${ways.hasAddress} then email_verified_at end
      where id = ${person.id}`,
    { repeatable: false },
  );
  return { person, paths };
}

const ways = fc.record({
  hasPassword: fc.boolean(),
  passkeys: fc.nat(2),
  identities: fc.nat(2),
  hasAddress: fc.boolean(),
});

test('passkeys and identities are removed in any order down to the last way in', async () => {
  await fc.assert(
    fc.asyncProperty(ways, fc.boolean(), fc.infiniteStream(fc.nat(3)), async (had, codes, order) => {
      const { person, paths } = await personWith(had);
      const { call } = codes ? withCodes : service;
      let left = count(had, codes);
      while (paths.length > 0) {
        const [path = ''] = paths.splice((order.next().value ?? 0) % paths.length, 1);
        const answer = await call('DELETE', `/api/users/me/${path}`, { bearer: person.access_token });
        const said = `${path} of ${JSON.stringify(had)}, codes ${codes}: ${answer.text}`;
        if (left > 1) {
          expect(answer.status, said).toBe(204);
          left -= 1;
        } else {
          expect(answer, said).toMatchObject({ ...problem(409, 'last-way-in'), trips: 1 });
        }
      }
      const kept = await listOf(person);
      expect((await userRow(service, person)).identity_count).toBe(kept.length);
    }),
    { numRuns: 20 },
  );
});

test('a refusal removes nothing, and tells nobody', async () => {
  const { person, paths } = await personWith({
    hasPassword: false,
    passkeys: 0,
    identities: 1,
    hasAddress: true,
  });
  const before = await userRow(service, person);
  const [path] = paths;
  expect(await person.call('DELETE', `/api/users/me/${path}`)).toMatchObject(problem(409, 'last-way-in'));
  expect(await listOf(person)).toHaveLength(1);
  expect(await userRow(service, person)).toEqual(before);
  // One that is not there is not the last.
  const nobodys = '/api/users/me/identities/0197a1b2-0000-7000-8000-00000000000a';
  expect(await person.call('DELETE', nobodys)).toMatchObject(problem(404, 'not-found'));
});

test('an address that nobody has proven gets no codes', async () => {
  const { person, paths } = await personWith({
    hasPassword: false,
    passkeys: 0,
    identities: 1,
    hasAddress: true,
  });
  const remove = () => withCodes.call('DELETE', `/api/users/me/${paths[0]}`, { bearer: person.access_token });
  const proven = (at: string | null) =>
    service.dependencies.database.query(
      sql`update users set email_verified_at = ${at} where id = ${person.id}`,
      { repeatable: true },
    );
  await proven(null);
  expect(await remove()).toMatchObject(problem(409, 'last-way-in'));
  await proven(service.clock.now.toISOString());
  expect(await remove()).toMatchObject({ status: 204 });
});
