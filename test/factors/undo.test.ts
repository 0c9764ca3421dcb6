// The link of a mail about a factor takes the change back, and whatever came after it: factors are as they were before.

import { expect, test } from 'vitest';
import { changed, newest, tokenIn, undo } from '../accounts/mailed.ts';
import { another, type Person, problem, signedIn } from '../accounts/people.ts';
import { logIn } from '../login/accounts.ts';
import { reset } from '../mail/granted.ts';
import { mailsTo, newAddress, password, type Service, startService } from '../service.ts';
import { addPasskey, factorsOf, on, removePasskey, turnOffTotp, turnOnTotp } from './changes.ts';

const invalidToken = problem(400, 'invalid-token');

async function started(): Promise<{ service: Service; person: Person }> {
  const service = await startService();
  return { service, person: await signedIn(service) };
}

test('a thief removes what the owner has, adds their own and changes the address: one link gives all of it back', async () => {
  const { service, person } = await started();
  const { id: passkey } = await addPasskey(service, person);
  const { totp } = await turnOnTotp(service, person);
  service.clock.advance(1);
  const first = await removePasskey(service, person, passkey);
  service.clock.advance(1);
  const younger = [await turnOffTotp(service, person)];
  service.clock.advance(1);
  const added = await addPasskey(service, person, { name: 'Thief’s' });
  const thiefs = await turnOnTotp(service, person);
  younger.push(added.undo, thiefs.undo);
  expect(await factorsOf(service, person)).toMatchObject(on(thiefs.totp, added.id));
  service.clock.advance(1);
  const thief = await another(service, person.email, { totp: await thiefs.totp.code() });
  younger.push(await changed(thief, person.email));
  const before = await factorsOf(service, person);

  service.clock.advance(60);
  expect(await undo(service, first)).toMatchObject({ status: 204, trips: 1 });
  expect(await factorsOf(service, person)).toEqual({
    ...on(totp, passkey),
    has_password: false,
    factors_version: before.factors_version + 1,
  });
  expect(await person.call('GET', '/api/users/me')).toMatchObject(problem(401, 'session-ended'));
  for (const token of [first, ...younger]) expect(await undo(service, token)).toMatchObject(invalidToken);
  expect(await factorsOf(service, person)).toMatchObject(on(totp, passkey));
});

test('there is no password until the reset that is mailed', async () => {
  const { service, person } = await started();
  const { undo: token } = await addPasskey(service, person);
  service.clock.advance(1);
  expect(await undo(service, token)).toMatchObject({ status: 204 });
  expect(await factorsOf(service, person)).toMatchObject({ has_password: false });
  expect(await logIn(service, person.email, password)).toMatchObject(problem(401, 'invalid-credentials'));
  const mailed = tokenIn(await newest(person.email, 'was undone'));
  expect(await reset(service, { token: mailed })).toMatchObject({ status: 204 });
  expect(await factorsOf(service, person)).toMatchObject({ ...on(undefined), has_password: true });
});

test('what was there before the change stays, and an older link takes more back than a younger one', async () => {
  const { service, person } = await started();
  const oldest = await addPasskey(service, person);
  service.clock.advance(1);
  const { totp } = await turnOnTotp(service, person);
  service.clock.advance(1);
  const second = await addPasskey(service, person);
  service.clock.advance(1);
  const third = await addPasskey(service, person);
  service.clock.advance(1);
  expect(await undo(service, third.undo)).toMatchObject({ status: 204 });
  expect(await factorsOf(service, person)).toMatchObject(on(totp, oldest.id, second.id));
  service.clock.advance(1);
  expect(await undo(service, oldest.undo)).toMatchObject({ status: 204 });
  expect(await factorsOf(service, person)).toMatchObject(on(undefined));
});

test('what one undo has brought back, another one still can', async () => {
  const { service, person } = await started();
  const { id } = await addPasskey(service, person);
  service.clock.advance(1);
  const early = await turnOnTotp(service, person);
  service.clock.advance(1);
  const late = await removePasskey(service, person, id);
  service.clock.advance(1);
  expect(await undo(service, late)).toMatchObject({ status: 204 });
  expect(await factorsOf(service, person)).toMatchObject(on(early.totp, id));
  service.clock.advance(1);
  expect(await undo(service, early.undo)).toMatchObject({ status: 204 });
  expect(await factorsOf(service, person)).toMatchObject(on(undefined, id));
});

test('a second secret in the place of the first one: the first is on again', async () => {
  const { service, person } = await started();
  const first = await turnOnTotp(service, person);
  service.clock.advance(1);
  const second = await turnOnTotp(service, person);
  expect(await factorsOf(service, person)).toMatchObject(on(second.totp));
  service.clock.advance(1);
  expect(await undo(service, second.undo)).toMatchObject({ status: 204 });
  expect(await factorsOf(service, person)).toMatchObject(on(first.totp));
});

test('an undo of a change of address removes the factors that were added after it', async () => {
  const { service, person } = await started();
  const { id } = await addPasskey(service, person);
  service.clock.advance(1);
  const token = await changed(person, person.email);
  service.clock.advance(1);
  await addPasskey(service, person);
  await removePasskey(service, person, id);
  service.clock.advance(1);
  expect(await undo(service, token)).toMatchObject({ status: 204 });
  expect(await factorsOf(service, person)).toMatchObject(on(undefined, id));
});

test('an undo of a factor gives the address back that the mail went to', async () => {
  const { service, person } = await started();
  const { undo: token } = await addPasskey(service, person);
  service.clock.advance(1);
  const thiefs = newAddress();
  await changed(person, person.email, thiefs);
  service.clock.advance(1);
  expect(await undo(service, token)).toMatchObject({ status: 204 });
  const { length } = await mailsTo(thiefs);
  await service.call('POST', '/api/auth/forgot-password', { json: { email: thiefs } });
  expect(await mailsTo(thiefs)).toHaveLength(length);
  const mailed = tokenIn(await newest(person.email, 'was undone'));
  expect(await reset(service, { token: mailed })).toMatchObject({ status: 204 });
});

test('nobody else’s factors are touched', async () => {
  const { service, person } = await started();
  const other = await signedIn(service);
  const { id } = await addPasskey(service, other);
  const { totp } = await turnOnTotp(service, other);
  const { undo: token } = await addPasskey(service, person);
  service.clock.advance(1);
  expect(await undo(service, token)).toMatchObject({ status: 204 });
  expect(await factorsOf(service, other)).toMatchObject(on(totp, id));
});
