// An account without a password: the hash that stands in for it while time is spent is another account's.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { completeLogin } from '../../src/features/sign-in/statements.ts';
import { newPerson } from '../mail/tables.ts';
import { password, type Service, startService } from '../service.ts';
import { begin, failedSignIns, failuresOf, logIn } from './accounts.ts';

/** Somebody whose password is `password`, and somebody verified who has none. */
async function ownerAndPasswordless(): Promise<{ service: Service; owner: string; email: string }> {
  const service = await startService();
  const { database } = service.dependencies;
  const [{ email: owner }, { email }] = [await newPerson(service), await newPerson(service)];
  for (const statement of [
    // As a later release of the schema allows it.
    sql`alter table users alter column password_hash drop not null`,
    // And the first that would stand in for anybody.
    sql`update users set password_hash = null, spread = 1 where email = ${email}`,
    sql`update users set spread = 0 where email = ${owner}`,
  ])
    await database.query(statement, { repeatable: false });
  return { service, owner, email };
}

test('nobody signs in to it with the password of the account that stands in for it', async () => {
  const { service, owner, email } = await ownerAndPasswordless();
  const [candidate, own] = [await begin(service, email), await begin(service, owner)];
  expect(candidate).toMatchObject({ is_theirs: false, counts: true, email_verified: true });
  expect(candidate.password_hash).toBe(own.password_hash);
  expect(own.is_theirs).toBe(true);

  expect(await logIn(service, email, password)).toMatchObject({ status: 401, trips: 2 });
  expect(await failedSignIns(service, email)).toBe(1);
  expect(await failuresOf(service, email)).toMatchObject([{ count: 1 }]);
  expect(await failedSignIns(service, owner)).toBe(0);
  expect(await logIn(service, owner, password)).toMatchObject({ status: 200 });
});

test('the statement that starts the session asks for a password of its own once more', async () => {
  const { service, email } = await ownerAndPasswordless();
  const { dependencies, clock } = service;
  const { id, password_version, password_hash } = await begin(service, email);
  const signIn = await completeLogin(dependencies.database, {
    sessionId: dependencies.newId(),
    newDeviceId: dependencies.newId(),
    presentedDeviceId: null,
    call: null,
    userId: id ?? '',
    deviceId: null,
    passwordVersion: password_version ?? 0,
    checkedHash: password_hash ?? '',
    newHash: null,
    now: clock.now,
    expiresAt: clock.now,
    absoluteExpiresAt: clock.now,
    deviceName: null,
    origin: { userAgent: null, ip: null },
    network: null,
    eventId: dependencies.newId(),
    mailId: dependencies.newId(),
  });
  expect(signIn).toEqual({ outcome: 'refused' });
});
