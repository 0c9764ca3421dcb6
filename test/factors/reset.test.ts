// A reset enables the second factor again where too many codes were wrong, and does not go round it.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { maximumFailedSignIns } from '../../src/lifetimes.ts';
import { problem, signedIn } from '../accounts/people.ts';
import { byLink, forgot, otherPassword, reset } from '../mail/granted.ts';
import { password, startService } from '../service.ts';
import { factorsOf, on, turnOffTotp, turnOnTotp } from './changes.ts';

test('after a hundred wrong codes no code is taken, until a reset; and then the code is asked for still', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const old = await turnOnTotp(service, person);
  await turnOffTotp(service, person);
  const { totp } = await turnOnTotp(service, person);
  await service.dependencies.database.query(
    sql`update totp_secrets set failures = ${maximumFailedSignIns} where user_id = ${person.id}`,
    { repeatable: true },
  );
  const logIn = async (password: string) =>
    service.call('POST', '/api/auth/login', {
      json: { email: person.email, password, totp: await totp.code() },
    });
  const failures = async (id: string) =>
    service.dependencies.database.query(sql`select failures from totp_secrets where id = ${id}`, {
      repeatable: true,
    });

  expect((await logIn(password)).status).not.toBe(200);
  expect(await reset(service, byLink(await forgot(service, person.email)))).toMatchObject({ status: 204 });
  expect(await failures(totp.id)).toEqual([{ failures: 0 }]);
  expect(await failures(old.totp.id)).toEqual([{ failures: maximumFailedSignIns }]);
  expect(await factorsOf(service, person)).toMatchObject(on(totp));
  const json = { email: person.email, password: otherPassword };
  expect(await service.call('POST', '/api/auth/login', { json })).toMatchObject(
    problem(403, 'second-factor-required'),
  );
  expect(await logIn(otherPassword)).toMatchObject({ status: 200 });
});

test('whoever reads the mailbox has no more tries than a hundred a day by it', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const { totp } = await turnOnTotp(service, person);
  const { database } = service.dependencies;
  const resetAfter = async (seconds: number) => {
    await database.query(
      sql`update totp_secrets set failures = ${maximumFailedSignIns} where id = ${totp.id}`,
      {
        repeatable: true,
      },
    );
    service.clock.advance(seconds);
    expect(await reset(service, byLink(await forgot(service, person.email)))).toMatchObject({ status: 204 });
    const [row] = await database.query<{ failures: number }>(
      sql`select failures from totp_secrets where id = ${totp.id}`,
      { repeatable: true },
    );
    return row?.failures;
  };
  expect(await resetAfter(0)).toBe(0);
  expect(await resetAfter(60 * 60)).toBe(maximumFailedSignIns);
  expect(await resetAfter(24 * 60 * 60 - 1)).toBe(maximumFailedSignIns);
  expect(await resetAfter(24 * 60 * 60)).toBe(0);
});
