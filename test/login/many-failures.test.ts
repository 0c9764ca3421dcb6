// NIST SP 800-63B-4, section 3.2.2: at most 100 failures in a row on one account. Then no password is looked at until a reset, but
// on a device that is known, which has as many of its own.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { freeLoginAttempts, maximumFailedSignIns, maximumLoginPauseSeconds } from '../../src/lifetimes.ts';
import { newPerson } from '../mail/tables.ts';
import { newAddress, password, type Service, startService } from '../service.ts';
import { attemptsAt, deviceIdIn, devicesOf, failedSignIns, logIn, shown } from './accounts.ts';

/** Failures, each after the pause that the last one caused. */
async function fail(service: Service, email: string, times: number, more: object = {}): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    expect(await logIn(service, email, 'wrong horse', more)).toMatchObject({ status: 401, trips: 2 });
    service.clock.advance(maximumLoginPauseSeconds);
  }
}

async function setFailures({ dependencies }: Service, email: string, count: number): Promise<void> {
  await dependencies.database.query(sql`update users set failed_sign_ins = ${count} where email = ${email}`, {
    repeatable: false,
  });
}

test('after 100 failures, however slow, the right password is answered as a wrong one; a known device signs in', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const { known_device } = (await logIn(service, email, password)).body;
  await fail(service, email, maximumFailedSignIns - 1);
  expect(await failedSignIns(service, email)).toBe(maximumFailedSignIns - 1);
  expect(await logIn(service, email, password)).toMatchObject({ status: 200 });
  expect(await failedSignIns(service, email)).toBe(0);

  await fail(service, email, maximumFailedSignIns + 2);
  expect(await failedSignIns(service, email)).toBe(maximumFailedSignIns);
  // A day without an attempt ends every pause, and not this.
  service.clock.advance(2 * 24 * 60 * 60);
  const right = await logIn(service, email, password);
  expect(shown(right)).toEqual(shown(await logIn(service, newAddress(), password)));
  expect(right.status).toBe(401);
  expect(await logIn(service, email, password, { known_device })).toMatchObject({ status: 200 });
  // That was the device's success, not the strangers'.
  expect(await failedSignIns(service, email)).toBe(maximumFailedSignIns);
  expect(await logIn(service, email, password)).toMatchObject({ status: 401 });
});

test('guesses in a pause, on known devices and inside sessions are not among them', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const { known_device, access_token: bearer } = (await logIn(service, email, password)).body;
  for (let time = 0; time < 3; time += 1) await logIn(service, email, 'wrong', { known_device });
  const json = { current_password: 'wrong', new_password: 'velvet sparrow tunnel mint' };
  await service.call('POST', '/api/auth/change-password', { bearer, json });
  for (let time = 0; time < freeLoginAttempts + 10; time += 1) await logIn(service, email, 'wrong');
  expect(await failedSignIns(service, email)).toBe(freeLoginAttempts + 1);
});

test('a guess in a pause does not touch the account’s row, which a sign-in on a known device would wait for', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const place = async () => {
    const [row] = await service.dependencies.database.query<{ place: string }>(
      sql`select ctid::text as place from users where email = ${email}`,
      { repeatable: true },
    );
    return row?.place;
  };
  const before = await place();
  for (let time = 0; time <= freeLoginAttempts; time += 1) await logIn(service, email, 'wrong');
  const paused = await place();
  expect(paused).not.toBe(before);
  for (let time = 0; time < 5; time += 1) await logIn(service, email, 'wrong');
  expect(await place()).toBe(paused);
});

test('failures at an address that nobody has are counted at no account', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  for (let time = 0; time < 20; time += 1) await logIn(service, newAddress(), 'wrong');
  expect(await failedSignIns(service, email)).toBe(0);
});

test('guesses at once that were begun before the 100th failure win nothing after it', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  await setFailures(service, email, maximumFailedSignIns - 1);
  const { transport } = service;
  let statements = 0;
  // While the right password is under way, the 100th failure is written down.
  service.transport = async (input, init) => {
    statements += 1;
    if (statements === 2) {
      service.transport = transport;
      expect(await logIn(service, email, 'wrong')).toMatchObject({ status: 401 });
      expect(await failedSignIns(service, email)).toBe(maximumFailedSignIns);
    }
    return transport(input, init);
  };
  expect(await logIn(service, email, password)).toMatchObject({ status: 401 });
});

test('failures at once are all counted', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const answers = await Promise.all(
    Array.from({ length: freeLoginAttempts + 1 }, () => logIn(service, email, 'wrong')),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(freeLoginAttempts + 1).fill(401));
  expect(await failedSignIns(service, email)).toBe(freeLoginAttempts + 1);
});

test('a device that has failed 100 times in a row, over weeks, is known no more', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const { known_device } = (await logIn(service, email, password)).body;
  const id = await deviceIdIn(service, known_device);
  await fail(service, email, maximumFailedSignIns - 1, { known_device });
  service.clock.advance(30 * 24 * 60 * 60);
  expect(await attemptsAt(service, `device ${id}`)).toEqual({ attempts: maximumFailedSignIns - 1, pause: 0 });
  expect(await devicesOf(service, email)).toEqual([id]);
  await fail(service, email, 1, { known_device });
  expect(await devicesOf(service, email)).toEqual([]);
  expect(await attemptsAt(service, `device ${id}`)).toBeUndefined();
  expect(await failedSignIns(service, email)).toBe(0);
  // From now on it is a stranger.
  await fail(service, email, 1, { known_device });
  expect(await attemptsAt(service, email)).toMatchObject({ attempts: 1 });
  expect(await failedSignIns(service, email)).toBe(1);
  const again = await logIn(service, email, password, { known_device });
  expect(again.status).toBe(200);
  expect(await deviceIdIn(service, again.body.known_device)).not.toBe(id);
});

test('whoever hangs up before the 100th failure of a device is written down has no try after it', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const { known_device } = (await logIn(service, email, password)).body;
  const id = await deviceIdIn(service, known_device);
  await logIn(service, email, 'wrong', { known_device });
  await service.dependencies.database.query(
    sql`
      update login_attempts set attempts = ${maximumFailedSignIns}
      where address_hash = encode(sha256(convert_to('device ' || ${id}::text, 'UTF8')), 'hex')`,
    { repeatable: false },
  );
  expect(await logIn(service, email, password, { known_device })).toMatchObject({ status: 401 });
  expect(await devicesOf(service, email)).toEqual([]);
});
