// Where somebody guesses codes, new mails carry one that nobody guesses, and the codes that people have in hand stay good.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { longCodesAfterWrongCodesAnHour } from '../../src/lifetimes.ts';
import {
  byCode,
  forgetful,
  forgot,
  type Granted,
  registered,
  reset,
  verify,
  wrongly,
} from '../mail/granted.ts';
import { startOwnService } from '../mail/own-service.ts';
import { newPerson } from '../mail/tables.ts';
import { newAddress, type Service, startService } from '../service.ts';
import { countedFor, forget, knownPerson, register } from './asking.ts';

const day = 24 * 60 * 60;

/** Types so many wrong codes for an address that somebody has, each five with a handle of their own. */
async function guess(service: Service, email: string, times: number): Promise<void> {
  let handle: Granted | undefined;
  for (let time = 0; time < times; time += 1) {
    if (time % 5 === 0) handle = await forgot(service, email);
    await reset(service, wrongly(handle as Granted));
  }
}

test('after ten wrong codes within a day further mails carry twelve characters, and living codes keep their tries', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const living = await forgot(service, email);
  expect(living.code).toMatch(/^\d{8}$/);
  await guess(service, email, 9);
  expect((await forgot(service, email)).code).toMatch(/^\d{8}$/);
  service.clock.advance(60);
  expect(await reset(service, wrongly(living))).toMatchObject({ body: { attempts_left: 4 } });
  service.clock.advance(12 * 60);
  expect((await forget(service, email)).body).toMatchObject({ code_length: 12 });
  service.clock.advance(12 * 60);
  const long = await forgot(service, email);
  expect(long.code).toMatch(/^[0-9A-HJKMNP-TV-Z]{12}$/);
  const typed = `${long.code.slice(0, 4)}-${long.code.slice(4, 8)} ${long.code.slice(8)}`.toLowerCase();
  expect(await reset(service, wrongly(long))).toMatchObject({ body: { attempts_left: 4 } });
  expect(await reset(service, { request: long.request, code: typed })).toMatchObject({ status: 204 });
});

test('the living code still works when codes have become long', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const living = await forgot(service, email);
  await guess(service, email, 10);
  expect((await forget(service, email)).body).toMatchObject({ code_length: 12 });
  expect(await reset(service, byCode(living))).toMatchObject({ status: 204 });
});

test('a day after the first of them codes are short again', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  await guess(service, email, 10);
  service.clock.advance(day - 1);
  expect((await forget(service, email)).body).toMatchObject({ code_length: 12 });
  service.clock.advance(1);
  expect((await forget(service, email)).body).toMatchObject({ code_length: 8 });
});

test('after ten mails within a day codes are long too: each living one has five tries of its own', async () => {
  const service = await startService();
  for (const email of [newAddress(), (await newPerson(service)).email]) {
    for (let mail = 1; mail <= 11; mail += 1) {
      const { body } = await forget(service, email);
      expect([mail, body.code_length]).toEqual([mail, mail > 10 ? 12 : 8]);
      service.clock.advance(12 * 60);
    }
    service.clock.advance(day);
    expect((await forget(service, email)).body).toMatchObject({ code_length: 8 });
  }
});

test('whether anybody has the address shows in no answer to a code or to another mail', async () => {
  const service = await startService();
  const [nobody, { email: somebody }] = [newAddress(), await newPerson(service)];
  const seen = [];
  for (const email of [nobody, somebody]) {
    const answers = [];
    for (let round = 0; round < 3; round += 1) {
      for (const [ask, path, code] of [
        [forget, '/api/auth/reset-password', '00000000'],
        [register, '/api/auth/verify-email', '000000'],
      ] as const) {
        const { status, body } = await ask(service, email);
        answers.push([status, { ...body, request: '' }]);
        for (let tries = 0; tries < 6; tries += 1) {
          const json = { request: body.request, code, password: 'velvet sparrow tunnel mint' };
          const answer = await service.call('POST', path, { json });
          answers.push([answer.status, { ...answer.body, instance: '' }, answer.trips]);
        }
      }
    }
    seen.push(answers);
    expect(await countedFor(service, email)).toEqual({ stranger: { mails: 5, wrong: 30 } });
  }
  expect(seen[0]).toEqual(seen[1]);
  expect(JSON.stringify(seen[0])).toContain('"code_length":12');
});

test('wrong codes of strangers make no code of a known device long, nor its own those of strangers', async () => {
  const service = await startService();
  const { email, known_device } = await knownPerson(service);
  await guess(service, email, 10);
  expect((await forget(service, email)).body).toMatchObject({ code_length: 12 });
  expect((await forget(service, email, { known_device })).body).toMatchObject({ code_length: 8 });
  const { request, code } = wrongly(await forgot(service, email));
  const json = { request, code, password: 'velvet sparrow tunnel mint', known_device };
  await service.call('POST', '/api/auth/reset-password', { json });
  const counts = Object.entries(await countedFor(service, email)).map(([counter, { wrong }]) => [
    counter === 'stranger' ? counter : 'device',
    wrong,
  ]);
  expect(Object.fromEntries(counts)).toEqual({ stranger: 10, device: 1 });
});

test('after 500 wrong codes over the service within an hour every new code is long, and one line of the log says so', async () => {
  const service = await startOwnService();
  const guessed = await registered(service);
  const before = await forgetful(service);
  expect(longCodesAfterWrongCodesAnHour).toBe(500);
  await verify(service, wrongly(guessed));
  const { database } = service.dependencies;
  await database.query(sql`update email_destinations set wrong_codes = 498 where address_hash = 'service'`, {
    repeatable: true,
  });
  const errors = () => service.logged.filter(({ level }) => level === 'error');
  await verify(service, wrongly(guessed));
  expect((await register(service, newAddress())).body).toMatchObject({ code_length: 6 });
  expect(errors()).toEqual([]);
  await verify(service, wrongly(guessed));
  await verify(service, wrongly(guessed));
  expect(errors()).toEqual([
    { level: 'error', event: 'codes-guessed-everywhere', fields: { wrong_codes_an_hour: 500 } },
  ]);
  expect((await registered(service)).code).toMatch(/^[0-9A-Z]{12}$/);
  expect((await forget(service, newAddress())).body).toMatchObject({ code_length: 12 });
  // What people have in hand works on.
  expect(await reset(service, byCode(before))).toMatchObject({ status: 204 });
  service.clock.advance(60 * 60);
  expect((await register(service, newAddress())).body).toMatchObject({ code_length: 6 });
});

test('100 wrong codes at once are each counted, at their addresses and over the service', async () => {
  const service = await startOwnService();
  const handles = await Promise.all(Array.from({ length: 10 }, () => register(service, newAddress())));
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      verify(service, { request: handles[index % 10]?.body.request, code: '000000' }),
    ),
  );
  const left = answers.map(({ body }) => body.attempts_left ?? 'dead');
  for (const expected of [0, 1, 2, 3, 4]) expect(left.filter((each) => each === expected)).toHaveLength(10);
  const [row] = await service.dependencies.database.query<{ wrong_codes: number }>(
    sql`select wrong_codes from email_destinations where address_hash = 'service'`,
    { repeatable: true },
  );
  expect(row?.wrong_codes).toBe(50);
});
