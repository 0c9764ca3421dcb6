// Who may sign in is decided by the statement that starts the session, whatever was found before it.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import type { Candidate } from '../../src/features/sign-in/attempts-statements.ts';
import { completeLogin } from '../../src/features/sign-in/complete-statements.ts';
import { newPerson } from '../mail/tables.ts';
import { password, type Service, startService } from '../service.ts';
import { begin, failedSignIns, failuresOf, logIn } from './accounts.ts';

/** What a login does once it takes the password for the candidate's. */
async function complete({ dependencies, clock }: Service, candidate: Candidate): Promise<string> {
  const { database, newId } = dependencies;
  const { outcome } = await completeLogin(database, {
    sessionId: newId(),
    newDeviceId: newId(),
    presentedDeviceId: null,
    dpopJkt: null,
    dpopMode: null,
    roleClaim: 'role',
    call: null,
    userId: candidate.id ?? '',
    deviceId: null,
    passwordVersion: candidate.password_version ?? 0,
    checkedHash: candidate.password_hash ?? '',
    newHash: null,
    now: clock.now,
    expiresAt: clock.now,
    absoluteExpiresAt: clock.now,
    deviceName: null,
    origin: { userAgent: null, ip: null },
    network: null,
    eventId: newId(),
    mailId: newId(),
  });
  return outcome;
}

/** As a later release of the schema allows it. The account is the first that would stand in for anybody. */
async function takePassword({ dependencies }: Service, email: string): Promise<void> {
  for (const statement of [
    sql`alter table users alter column password_hash drop not null`,
    sql`update users set password_hash = null, spread = 1 where email = ${email}`,
    sql`update users set spread = 0 where email <> ${email}`,
  ])
    await dependencies.database.query(statement, { repeatable: false });
}

test('an account without a password is not opened by that of the account that stands in for it', async () => {
  const service = await startService();
  const [{ email: owner }, { email }] = [await newPerson(service), await newPerson(service)];
  await takePassword(service, email);
  const [candidate, own] = [await begin(service, email), await begin(service, owner)];
  expect(candidate).toMatchObject({ is_theirs: false, is_locked: false, email_verified: true });
  expect(candidate.password_hash).toBe(own.password_hash);
  expect(own.is_theirs).toBe(true);

  expect(await logIn(service, email, password)).toMatchObject({ status: 401, trips: 2 });
  expect(await failedSignIns(service, email)).toBe(1);
  expect(await failuresOf(service, email)).toMatchObject([{ count: 1 }]);
  expect(await failedSignIns(service, owner)).toBe(0);
  expect(await logIn(service, owner, password)).toMatchObject({ status: 200 });
});

test('nor once the password was taken for its own', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  expect(await complete(service, await begin(service, email))).toBe('started');
  await takePassword(service, email);
  expect(await complete(service, await begin(service, email))).toBe('refused');
});

test('an account whose address is not proven any more gets no session', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const candidate = await begin(service, email);
  await service.dependencies.database.query(
    sql`update users set email_verified_at = null where email = ${email}`,
    { repeatable: false },
  );
  expect(await complete(service, candidate)).toBe('refused');
});
