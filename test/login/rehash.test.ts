// A hash of ours that was made at another cost is replaced without anybody noticing; one that is today's stays.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { insertUsers } from '../mail/tables.ts';
import { newAddress, password, type Service } from '../service.ts';
import { hashOf, logIn, newAccount, startAtProductionCost } from './accounts.ts';

const today = '$argon2id$v=19$m=19456,t=2,p=1$';

/** Somebody whose hash is of another cost, and is of `password`. */
async function olderAccount(service: Service): Promise<string> {
  const email = newAddress();
  await insertUsers(service, [email]);
  return email;
}

test('an older hash is replaced at a login, in the same two round trips', async () => {
  const service = await startAtProductionCost();
  const email = await olderAccount(service);
  const before = await hashOf(service, email);
  expect(await logIn(service, email, password)).toMatchObject({ status: 200, trips: 2 });
  const after = await hashOf(service, email);
  expect(before).not.toContain(today);
  expect(after).toContain(today);
  expect(await logIn(service, email, password)).toMatchObject({ status: 200 });
  expect(await hashOf(service, email)).toBe(after);
});

test('a dearer hash is replaced as well: its slowness would tell of the account', async () => {
  const service = await startAtProductionCost();
  const dearer =
    '$argon2id$v=19$m=65536,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg$77UfmnZYT23WpPeUKhovauWm5OxRQv9nTf1dJ+tF5EY';
  const email = await newAccount(service, dearer);
  expect(await logIn(service, email, 'correct horse battery staple')).toMatchObject({ status: 200 });
  expect(await hashOf(service, email)).toContain(today);
});

test('a wrong password replaces nothing', async () => {
  const service = await startAtProductionCost();
  const email = await olderAccount(service);
  const before = await hashOf(service, email);
  expect(await logIn(service, email, `${password}!`)).toMatchObject({ status: 401 });
  expect(await hashOf(service, email)).toBe(before);
});

test('a password that is changed while a login is under way is not overwritten, and the login fails', async () => {
  const service = await startAtProductionCost();
  const email = await olderAccount(service);
  const chosen = service.dependencies.passwords.decoy;
  const { transport } = service;
  service.transport = async (input, init) => {
    if (String(init?.body).includes('started as')) {
      service.transport = transport;
      await service.dependencies.database.query(
        sql`update users set password_hash = ${chosen}, password_version = password_version + 1 where email = ${email}`,
        { repeatable: false },
      );
    }
    return transport(input, init);
  };
  expect(await logIn(service, email, password)).toMatchObject({ status: 401 });
  expect(await hashOf(service, email)).toBe(chosen);
});
