// Undoing what the endpoints of the second factor do, from one end to the other.

import { expect, test } from 'vitest';
import { changed, newest, tokenIn, undo } from '../accounts/mailed.ts';
import { another, type Person, problem, signedIn } from '../accounts/people.ts';
import { otherPassword, reset } from '../mail/granted.ts';
import { type Service, startService } from '../service.ts';
import { lineUp } from '../sessions/line-up.ts';
import { codesPath, confirm, enrol, enrolPath, twoFactorPerson, withTotp } from './authenticator.ts';
import { factorsOf, subjects } from './changes.ts';
import { rowsOf } from './rows.ts';

const wrong = problem(403, 'invalid-second-factor');

const linkOf = async ({ email }: Person, kind: keyof typeof subjects): Promise<string> =>
  tokenIn(await newest(email, subjects[kind]));

async function chooseAnew(service: Service, { email }: Person): Promise<void> {
  const token = tokenIn(await newest(email, 'was undone'));
  expect(await reset(service, { token })).toMatchObject({ status: 204 });
}

const logIn = (service: Service, { email }: Person, code: object) =>
  service.call('POST', '/api/auth/login', { json: { email, password: otherPassword, ...code } });

test('a thief turns the second factor off, turns their own on and changes the address: the owner’s code undoes it', async () => {
  const service = await startService();
  const owner = await twoFactorPerson(service);
  service.clock.advance(60);
  expect(await owner.call('DELETE', enrolPath)).toMatchObject({ status: 204 });
  const token = await linkOf(owner, 'totp-removed');
  const thief = await withTotp(service, owner);
  service.clock.advance(60);
  await changed(thief, owner.email);

  service.clock.advance(24 * 60 * 60);
  expect(await undo(service, token, {}, { totp: thief.app.code() })).toMatchObject(wrong);
  expect(await undo(service, token, {}, { totp: owner.app.code() })).toMatchObject({ status: 204 });
  await chooseAnew(service, owner);
  service.clock.advance(60);
  expect(await logIn(service, owner, {})).toMatchObject(problem(403, 'second-factor-required'));
  expect(await logIn(service, owner, { totp: thief.app.code() })).toMatchObject(wrong);
  expect(await logIn(service, owner, { totp: owner.app.code() })).toMatchObject({ status: 200 });
});

test('a second factor that a thief turned on asks the owner for nothing after the undo', async () => {
  const service = await startService();
  const owner = await signedIn(service);
  const { app } = await withTotp(service, owner);
  service.clock.advance(1);
  expect(await undo(service, await linkOf(owner, 'totp-added'))).toMatchObject({ status: 204, trips: 1 });
  await chooseAnew(service, owner);
  expect(await logIn(service, owner, {})).toMatchObject({ status: 200 });
  const again = await another(service, owner.email, { password: otherPassword });
  expect((await again.call('GET', '/api/users/me')).body).toMatchObject({ second_factors: [] });
  expect(await confirm(again, app.code(1))).toMatchObject({ status: 400 });
});

test('older recovery codes are back, and those that were made since open nothing', async () => {
  const service = await startService();
  const owner = await twoFactorPerson(service);
  const [first = '', second = ''] = owner.recoveryCodes;
  service.clock.advance(60);
  const renewed = await owner.call('POST', codesPath);
  expect(renewed.status).toBe(200);
  const [thiefs = '', others = ''] = renewed.body.recovery_codes;
  const token = await linkOf(owner, 'recovery-codes-renewed');
  service.clock.advance(60);
  expect(await undo(service, token, {}, { recovery_code: thiefs })).toMatchObject(wrong);
  expect(await undo(service, token, {}, { recovery_code: first })).toMatchObject({ status: 204 });
  await chooseAnew(service, owner);
  for (const recovery_code of [others, first])
    expect(await logIn(service, owner, { recovery_code })).toMatchObject(wrong);
  expect(await logIn(service, owner, { recovery_code: second })).toMatchObject({ status: 200 });
});

test('a secret that waits for its first code when an undo comes is none any more', async () => {
  const service = await startService();
  const owner = await signedIn(service);
  const token = await changed(owner, owner.email);
  service.clock.advance(1);
  const app = await enrol(service, owner);
  const answers = await lineUp(service, { table: 'users', id: owner.id }, [
    () => undo(service, token),
    () => confirm(owner, app.code()),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([204, 401]);
  expect(await factorsOf(service, owner)).toMatchObject({ totp_id: null, secrets: [] });
});

test('one that is confirmed at the moment of an undo is removed by it', async () => {
  const service = await startService();
  const owner = await signedIn(service);
  const token = await changed(owner, owner.email);
  service.clock.advance(1);
  const app = await enrol(service, owner);
  const [confirmed, undone] = await lineUp(service, { table: 'users', id: owner.id }, [
    () => confirm(owner, app.code()),
    () => undo(service, token),
  ]);
  expect([confirmed.status, undone.status]).toEqual([200, 204]);
  expect(await factorsOf(service, owner)).toMatchObject({ totp_id: null, secrets: [] });
  expect(await rowsOf(service, owner)).toMatchObject([{ removed_at: service.clock.now.toISOString() }]);
});
