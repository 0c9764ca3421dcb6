// A change that was asked for with a second factor is undone with it alone: a mailbox that somebody else reads is not enough.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { recoveryCodes } from '../../src/factors/recovery-codes.ts';
import { maximumFailedSignIns } from '../../src/lifetimes.ts';
import { changed, newest, tokenIn, undo } from '../accounts/mailed.ts';
import { another, type Person, problem, signedIn } from '../accounts/people.ts';
import { otherPassword, reset } from '../mail/granted.ts';
import { type Service, startService } from '../service.ts';
import { addPasskey, factorsOf, on, removePasskey, type Totp, turnOffTotp, turnOnTotp } from './changes.ts';

const required = problem(403, 'second-factor-required', { factors: ['totp', 'recovery_code'] });
const wrong = problem(403, 'invalid-second-factor');
const sure = { acr: 'aal2' };

/** Somebody who has a second factor, a passkey, and a link that undoes the removal of the passkey, asked for at aal2. */
async function prepared(): Promise<{
  service: Service;
  person: Person;
  totp: Totp;
  passkey: string;
  token: string;
}> {
  const service = await startService();
  const person = await signedIn(service);
  const { totp } = await turnOnTotp(service, person);
  const { id: passkey } = await addPasskey(service, person);
  service.clock.advance(1);
  const token = await removePasskey(service, person, passkey, sure);
  service.clock.advance(1);
  return { service, person, totp, passkey, token };
}

async function failuresOf(service: Service, { id }: Totp): Promise<number | undefined> {
  const [row] = await service.dependencies.database.query<{ failures: number }>(
    sql`select failures from totp_secrets where id = ${id}`,
    { repeatable: true },
  );
  return row?.failures;
}

test('without it nothing changes, and no try is counted; with it the change is undone, in one trip more', async () => {
  const { service, person, totp, passkey, token } = await prepared();
  const before = await factorsOf(service, person);
  expect(await undo(service, token)).toMatchObject({ ...required, trips: 1 });
  expect(await factorsOf(service, person)).toEqual(before);
  expect(await failuresOf(service, totp)).toBe(0);
  expect((await person.call('GET', '/api/users/me')).status).toBe(200);
  const answer = await undo(service, token, {}, { totp: await totp.code() });
  expect(answer).toMatchObject({ status: 204, trips: 2 });
  expect(await factorsOf(service, person)).toMatchObject({ ...on(totp, passkey), has_password: false });
});

test('a wrong code is refused and counted, as often as the account has tries', async () => {
  const { service, person, totp, passkey, token } = await prepared();
  const off = { totp: `${(Number((await totp.code())[0]) + 5) % 10}${(await totp.code()).slice(1)}` };
  expect(await undo(service, token, {}, off)).toMatchObject({ ...wrong, trips: 1 });
  expect(await failuresOf(service, totp)).toBe(1);
  expect(await undo(service, token, {}, { recovery_code: 'AAAAA-AAAAA' })).toMatchObject(wrong);
  expect(await failuresOf(service, totp)).toBe(2);
  await service.dependencies.database.query(
    sql`update totp_secrets set failures = ${maximumFailedSignIns - 1} where id = ${totp.id}`,
    { repeatable: true },
  );
  expect(await undo(service, token, {}, off)).toMatchObject(wrong);
  expect(await undo(service, token, {}, { totp: await totp.code() })).toMatchObject(wrong);
  expect(await failuresOf(service, totp)).toBe(maximumFailedSignIns);
  expect(await factorsOf(service, person)).toMatchObject(on(totp));
  await service.dependencies.database.query(
    sql`update totp_secrets set failures = ${maximumFailedSignIns - 1} where id = ${totp.id}`,
    { repeatable: true },
  );
  expect(await undo(service, token, {}, { totp: await totp.code() })).toMatchObject({ status: 204 });
  expect(await failuresOf(service, totp)).toBe(0);
  expect(await factorsOf(service, person)).toMatchObject(on(totp, passkey));
});

test('guesses at once are all counted before one is looked at', async () => {
  const { service, totp, token } = await prepared();
  await service.dependencies.database.query(
    sql`update totp_secrets set failures = ${maximumFailedSignIns - 3} where id = ${totp.id}`,
    { repeatable: true },
  );
  const right = await totp.code();
  const digits = Array.from(
    { length: 10 },
    (_, index) => `${(Number(right[0]) + index + 1) % 10}${right.slice(1)}`,
  );
  const answers = await Promise.all(digits.slice(0, 9).map((totp) => undo(service, token, {}, { totp })));
  for (const answer of answers) expect(answer).toMatchObject(wrong);
  expect(await undo(service, token, {}, { totp: right })).toMatchObject(wrong);
});

test('the call once more with its key is one try, while its code is the same; later it is another', async () => {
  const { service, totp, token } = await prepared();
  const key = { 'Idempotency-Key': crypto.randomUUID() };
  const far = { totp: await totp.code(new Date(service.clock.now.getTime() + 3_600_000)) };
  for (const _ of [1, 2, 3]) expect(await undo(service, token, key, far)).toMatchObject(wrong);
  expect(await failuresOf(service, totp)).toBe(1);
  service.clock.advance(30);
  expect(await undo(service, token, key, far)).toMatchObject(wrong);
  expect(await failuresOf(service, totp)).toBe(2);
});

test('a code that was used before is refused: a time step, and a recovery code', async () => {
  const { service, person, totp, token } = await prepared();
  const code = await totp.code();
  await another(service, person.email, { totp: code });
  expect(await undo(service, token, {}, { totp: code })).toMatchObject({ ...wrong, trips: 2 });
  const [recovery_code = '', next = ''] = await recoveryCodes(totp.seed);
  await another(service, person.email, { recovery_code });
  expect(await undo(service, token, {}, { recovery_code })).toMatchObject(wrong);
  expect(await undo(service, token, {}, { recovery_code: next })).toMatchObject({ status: 204 });
});

test('the code that undid it is used: it opens nothing after that', async () => {
  for (const kind of ['totp', 'recovery_code'] as const) {
    const { service, totp, token } = await prepared();
    const [recovery_code = ''] = await recoveryCodes(totp.seed);
    const code = kind === 'totp' ? { totp: await totp.code() } : { recovery_code };
    expect(await undo(service, token, {}, code)).toMatchObject({ status: 204 });
    const [row] = await service.dependencies.database.query(
      sql`select last_step::int, recovery_used, failures from totp_secrets where id = ${totp.id}`,
      { repeatable: true },
    );
    const step = Math.floor(service.clock.now.getTime() / 30_000);
    expect(row).toEqual(
      kind === 'totp'
        ? { last_step: step, recovery_used: 0, failures: 0 }
        : { last_step: 0, recovery_used: 1, failures: 0 },
    );
  }
});

test('of many with one code one undoes it', async () => {
  const { service, totp, token } = await prepared();
  const code = { totp: await totp.code() };
  const answers = await Promise.all(Array.from({ length: 8 }, () => undo(service, token, {}, code)));
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 204)).toHaveLength(1);
  for (const status of statuses) expect([204, 400, 403]).toContain(status);
});

test('the repeat of a call that has undone it has the same outcome, though its code is used', async () => {
  const { service, totp, token } = await prepared();
  const key = { 'Idempotency-Key': crypto.randomUUID() };
  const code = { totp: await totp.code() };
  for (const _ of [1, 2]) {
    expect(await undo(service, token, key, code)).toMatchObject({ status: 204 });
    service.clock.advance(60);
  }
});

test('it is the factor as it was before the change: one that was removed, not one that came after', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const { totp } = await turnOnTotp(service, person);
  service.clock.advance(1);
  const token = await turnOffTotp(service, person, sure);
  service.clock.advance(1);
  const thiefs = await turnOnTotp(service, person);
  service.clock.advance(1);
  expect(await undo(service, token, {}, { totp: await thiefs.totp.code() })).toMatchObject(wrong);
  expect(await undo(service, token, {}, { totp: await totp.code() })).toMatchObject({ status: 204 });
  expect(await factorsOf(service, person)).toMatchObject(on(totp));
});

test.for(['aal1', 'aal2'])(
  'a step that was used with one row of a secret is used with the one that an undo brings back (%s)',
  async (acr) => {
    const service = await startService();
    const person = await signedIn(service);
    const { totp } = await turnOnTotp(service, person);
    service.clock.advance(1);
    const token = await turnOffTotp(service, person, { acr });
    // As renewed recovery codes have it: the same secret in a row of its own.
    const [next, time] = [service.dependencies.newId(), service.clock.now.toISOString()];
    await service.dependencies.database.query(
      sql`
      insert into totp_secrets (id, user_id, session_id, secret, last_step, created_at, confirmed_at)
      select ${next}, user_id, session_id, secret, ${Math.floor(service.clock.now.getTime() / 30_000)}, ${time}, ${time}
      from totp_secrets where id = ${totp.id}`,
      { repeatable: false },
    );
    const code = { totp: await totp.code() };
    if (acr === 'aal2') {
      expect(await undo(service, token, {}, code)).toMatchObject(wrong);
      return;
    }
    expect(await undo(service, token)).toMatchObject({ status: 204 });
    const mailed = tokenIn(await newest(person.email, 'was undone'));
    expect(await reset(service, { token: mailed })).toMatchObject({ status: 204 });
    const json = { email: person.email, password: otherPassword, ...code };
    expect(await service.call('POST', '/api/auth/login', { json })).toMatchObject(wrong);
  },
);

test('an account that had no second factor then is given back without one, also where a passkey made the session sure', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const { undo: token } = await turnOnTotp(service, person, sure);
  service.clock.advance(1);
  expect(await undo(service, token)).toMatchObject({ status: 204, trips: 1 });
  expect(await factorsOf(service, person)).toMatchObject(on(undefined));
});

test('a change of address that was asked for with a second factor is undone with it, by whoever confirmed it', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const { totp } = await turnOnTotp(service, person);
  const phone = await another(service, person.email, { totp: await totp.code() });
  service.clock.advance(1);
  const token = await changed(phone, person.email);
  service.clock.advance(60);
  expect(await undo(service, token)).toMatchObject(required);
  expect(await undo(service, token, {}, { totp: await totp.code() })).toMatchObject({ status: 204 });
});

test('what is no code is no try', async () => {
  const { service, totp, token } = await prepared();
  for (const code of [{ totp: '12345' }, { totp: 'no code' }, { recovery_code: '123456' }])
    expect(await undo(service, token, {}, code)).toMatchObject(problem(422, 'validation-failed'));
  expect(await failuresOf(service, totp)).toBe(0);
});

test('a link that is used or unknown asks for nothing', async () => {
  const { service, totp, token } = await prepared();
  expect(await undo(service, token, {}, { totp: await totp.code() })).toMatchObject({ status: 204 });
  const invalid = problem(400, 'invalid-token');
  expect(await undo(service, token)).toMatchObject(invalid);
  expect(await undo(service, `u${'A'.repeat(43)}`, {}, { totp: '123456' })).toMatchObject(invalid);
});
