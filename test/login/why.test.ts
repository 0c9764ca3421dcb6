// `npm run users -- why` on what the service itself has left in the database: each thing that keeps somebody out is named, and nothing is
// that does not. The statement runs over the service's own connection here; the command itself is in cli/.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { reasonsIn } from '../../src/cli/users/reasons.ts';
import { findWho } from '../../src/cli/users/who-statements.ts';
import { factsAbout } from '../../src/cli/users/why-statements.ts';
import { addressIn } from '../../src/email-address.ts';
import {
  freeLoginAttempts,
  longCodeAfterWrongCodes,
  maximumFailedSignIns,
  undoSeconds,
} from '../../src/lifetimes.ts';
import { changed, register } from '../accounts/mailed.ts';
import { signedIn } from '../accounts/people.ts';
import { withTotp, wrongCode } from '../factors/totp.ts';
import { newGuest, withGuests } from '../guests/people.ts';
import { registered } from '../mail/granted.ts';
import { breakMail, mendMail } from '../mail/mail-server.ts';
import { startOwnService } from '../mail/own-service.ts';
import { insertImported, newPerson } from '../mail/tables.ts';
import { newAddress, password, type Service, startService } from '../service.ts';
import { logIn } from './accounts.ts';

async function why(service: Service, named: string) {
  const { database } = service.dependencies;
  const now = service.clock.now;
  const who = await findWho(database, named);
  const email = who ? who.email : (addressIn(named) ?? null);
  return reasonsIn(await factsAbout(database, { userId: who?.id ?? null, email, now }), named, now);
}

const codes = async (service: Service, named: string) => (await why(service, named)).map(({ code }) => code);

const set = (service: Service, email: string, what: string) =>
  service.dependencies.database.query(sql`update users set ${sql.raw(what)} where email = ${email}`, {
    repeatable: true,
  });

const from = (ip: string) => ({ 'CF-Connecting-IP': ip });

async function guess(service: Service, email: string, times: number, ip: string, more: object = {}) {
  for (let time = 0; time < times; time += 1)
    await service.call('POST', '/api/auth/login', {
      json: { email, password: 'wrong horse', ...more },
      headers: from(ip),
    });
}

test('nothing stands in the way of whoever can sign in, by address in any case or by id', async () => {
  const service = await startService();
  const person = await signedIn(service);
  expect(await codes(service, person.email)).toEqual([]);
  expect(await codes(service, ` ${person.email.toUpperCase()} `)).toEqual([]);
  expect(await codes(service, person.id)).toEqual([]);
});

test('nobody is there, and a registration waits until it has run out', async () => {
  const service = await startService();
  const email = newAddress();
  expect(await codes(service, email)).toEqual(['no-account']);
  expect(await codes(service, 'no such id')).toEqual(['no-account']);
  await registered(service, email);
  const reasons = await why(service, email);
  expect(reasons.map(({ code }) => code)).toEqual(['no-account', 'registration-waits']);
  expect(reasons[1]?.sentence).toContain(service.clock.now.toISOString().slice(0, 10));
  service.clock.advance(24 * 60 * 60);
  expect(await codes(service, email)).toEqual(['no-account']);
});

test('an address that its account has left is held for a week, and the account is named', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const current = newAddress();
  await changed(person, person.email, current);
  const reasons = await why(service, person.email);
  expect(reasons.map(({ code }) => code)).toEqual(['no-account', 'address-held']);
  expect(reasons[1]?.sentence).toContain(person.id);
  expect(await codes(service, current)).toEqual([]);
  service.clock.advance(undoSeconds);
  expect(await codes(service, person.email)).toEqual(['no-account']);
});

test('an import that nobody has proven', async () => {
  const service = await startService();
  const email = newAddress();
  await insertImported(service, email);
  expect(await codes(service, email)).toEqual(['not-proven']);
});

test('wrong passwords, then a pause with its end and its networks, and then none of it', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  await guess(service, email, freeLoginAttempts, '192.0.2.7');
  expect(await codes(service, email)).toEqual(['wrong-password']);
  await guess(service, email, 1, '198.51.100.9');
  const [pause, ...more] = await why(service, email);
  expect(more.map(({ code }) => code)).toEqual(['wrong-password']);
  expect(pause).toMatchObject({ code: 'paused', blocks: true });
  // Guesses are counted by the hour, with the network of the last.
  expect(pause?.sentence).toContain('198.51.100.9 (6 times');
  expect(pause?.sentence).toContain('within a minute');
  service.clock.advance(31);
  expect(await codes(service, email)).toEqual(['wrong-password']);
  expect((await logIn(service, email, password)).status).toBe(200);
  // That they were typed is a week's news still.
  expect((await why(service, email))[0]?.sentence).toContain('0 in a row');
  service.clock.advance(8 * 24 * 60 * 60);
  expect(await codes(service, email)).toEqual([]);
});

test('a known device in a pause is named by its session, and nobody else is in one', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const { known_device } = (await logIn(service, email, password, { device_name: 'Ada’s phone' })).body;
  await guess(service, email, freeLoginAttempts + 1, '192.0.2.7', { known_device });
  const reasons = await why(service, email);
  expect(reasons.map(({ code }) => code)).toEqual(['device-paused', 'wrong-password']);
  expect(reasons[0]?.sentence).toContain('Ada’s phone');
});

test('too many failures', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  await set(service, email, `failed_sign_ins = ${maximumFailedSignIns}`);
  expect(await why(service, email)).toMatchObject([{ code: 'too-many-failures', blocks: true }]);
  await set(service, email, `failed_sign_ins = ${maximumFailedSignIns - 1}`);
  expect(await why(service, email)).toMatchObject([{ code: 'wrong-password', blocks: false }]);
});

test('a second factor, its wrong codes, and too many of them', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const authenticator = await withTotp(service, person);
  const [owed] = await why(service, person.email);
  expect(owed).toMatchObject({ code: 'second-factor', blocks: false });
  expect(owed?.sentence).toContain('one of 10 recovery codes');
  await service.call('POST', '/api/auth/login', {
    json: { email: person.email, password, totp: await wrongCode(authenticator) },
    headers: from('192.0.2.8'),
  });
  const reasons = await why(service, person.email);
  expect(reasons.map(({ code }) => code)).toEqual(['wrong-password', 'second-factor']);
  expect(reasons[1]?.sentence).toMatch(/1 wrong .* from 192\.0\.2\.8/);
  await service.dependencies.database.query(sql`update totp_secrets set failures = ${maximumFailedSignIns}`, {
    repeatable: true,
  });
  expect((await why(service, person.email))[0]).toMatchObject({ code: 'too-many-codes', blocks: true });
});

test('disabled, with the reason, before all else that is true', async () => {
  const service = await startService();
  const person = await signedIn(service);
  await withTotp(service, person);
  await guess(service, person.email, freeLoginAttempts + 1, '192.0.2.7');
  await set(
    service,
    person.email,
    "disabled_at = now(), disabled_reason = 'asked for by the court', password_hash = null",
  );
  const reasons = await why(service, person.email);
  expect(reasons.map(({ code }) => code)).toEqual(['disabled', 'paused', 'no-password', 'second-factor']);
  expect(reasons[0]?.sentence).toContain('asked for by the court');
});

test('a guest, and one whose session is over', async () => {
  const service = await withGuests();
  const guest = await newGuest(service);
  expect((await why(service, guest.id))[0]?.sentence).toContain('the session that it has');
  await guest.call('POST', '/api/auth/logout-all');
  expect(await why(service, guest.id)).toMatchObject([{ code: 'guest', blocks: true }]);
  expect((await why(service, guest.id))[0]?.sentence).toContain('is over');
});

test('a password of another system', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  await set(service, email, "password_hash = '$2b$04$VRPDlm7dsL0ccOTlpW2Rne4ZRYRMb.hqE2ejXn1X1sZF2DkUazJ/S'");
  expect(await codes(service, email)).toEqual(['imported-password']);
});

test('a mail that was given up says why; and one that came since says that it is over', async () => {
  const service = await startOwnService();
  const { email } = await newPerson(service);
  const forgot = () => service.call('POST', '/api/auth/forgot-password', { json: { email } });
  await breakMail(email, 'refuse-recipient');
  await forgot();
  const [failed, ...more] = await why(service, email);
  expect(more).toEqual([]);
  expect(failed?.code).toBe('mail-failed');
  expect(failed?.sentence).toMatch(/reset-password .* was given up .*: .*55\d/);

  const waiting = newAddress();
  await breakMail(waiting, 'temporary-failure');
  await register(service, waiting);
  expect(await codes(service, waiting)).toEqual(['no-account', 'registration-waits', 'mail-waits']);

  await mendMail(email);
  service.clock.advance(60 * 60);
  await forgot();
  expect(await codes(service, email)).toEqual([]);
});

test('codes are long where they were guessed at', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  await service.call('POST', '/api/auth/forgot-password', { json: { email } });
  await service.dependencies.database.query(
    sql`
      update email_destinations d set wrong_codes = ${longCodeAfterWrongCodes}
      where d.counter = 'stranger' and d.address_hash = encode(sha256(convert_to(${email}, 'UTF8')), 'hex')`,
    { repeatable: true },
  );
  expect(await codes(service, email)).toEqual(['long-codes']);
  service.clock.advance(25 * 60 * 60);
  expect(await codes(service, email)).toEqual([]);
});
