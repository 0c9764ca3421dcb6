// For the week in which an address can have its account back, no other account can prove it; afterwards it is anybody's.

import { expect, test } from 'vitest';
import { byCode, byLink, registered, verify } from '../mail/granted.ts';
import { insertUsers } from '../mail/tables.ts';
import { mailsTo, newAddress, password, type Service, startService } from '../service.ts';
import { askFor, changed, changing, confirm, register, undo } from './mailed.ts';
import { another, problem, signedIn } from './people.ts';

const invalidToken = problem(400, 'invalid-token');
const week = 7 * 24 * 60 * 60;

/** Somebody who left an address. */
async function leftOne(service: Service) {
  const person = await signedIn(service);
  const left = person.email;
  const current = newAddress();
  const token = await changed(person, left, current);
  return { person, left, current, token };
}

test('a registration gets no grant, tells nothing of it, and is as good as any after a week', async () => {
  const service = await startService();
  const { left, person, token } = await leftOne(service);
  const { length } = await mailsTo(left);
  const answer = await register(service, left);
  expect(answer).toMatchObject({ status: 202, body: { expires_in: 86_400, code_length: 6 } });
  const { request } = answer.body;
  await service.call('POST', '/api/auth/resend-verification', { json: { request } });
  for (const { text } of (await mailsTo(left)).slice(length)) expect(text).not.toContain('token=');
  expect(await verify(service, { request, code: '123456' })).toMatchObject(
    problem(400, 'invalid-code', { attempts_left: 4 }),
  );

  service.clock.advance(week);
  expect(await verify(service, byCode(await registered(service, left)))).toMatchObject({ status: 204 });
  const newcomer = await another(service, left);
  expect(newcomer.id).not.toBe(person.id);
  expect(await undo(service, token)).toMatchObject(invalidToken);
  expect((await newcomer.call('GET', '/api/users/me')).body).toMatchObject({ id: newcomer.id, email: left });
});

test('nor does another account get it by a change of address, before a week has passed', async () => {
  const service = await startService();
  const { left } = await leftOne(service);
  const { length } = await mailsTo(left);
  const other = await signedIn(service);
  expect(await askFor(other, left)).toMatchObject({ status: 202 });
  expect(await mailsTo(left)).toHaveLength(length);

  service.clock.advance(week);
  const later = await signedIn(service);
  expect(await confirm(later, byLink(await changing(later, left)))).toMatchObject({ status: 204 });
});

test('what was asked for before the account left it proves nothing in that week either', async () => {
  const service = await startService();
  const left = newAddress();
  const registration = await registered(service, left);
  const other = await signedIn(service);
  const change = await changing(other, left);
  // Put there past the service, so that no proof of the address has ended the two.
  await insertUsers(service, [left]);
  const person = await another(service, left);
  await changed(person, left);
  for (const way of [byLink, byCode]) {
    expect(await verify(service, way(registration))).toMatchObject(invalidToken);
    expect(await confirm(other, way(change))).toMatchObject(invalidToken);
  }
});

test('the account itself may go back to it, and its link is good for that week still', async () => {
  const service = await startService();
  const { person, left, token } = await leftOne(service);
  const back = await changing(person, left);
  expect(await confirm(person, byCode(back))).toMatchObject({ status: 204 });
  expect((await person.call('GET', '/api/users/me')).body.email).toBe(left);
  expect(await undo(service, token)).toMatchObject({ status: 204 });
});

test('once its account is deleted it is anybody’s', async () => {
  const service = await startService();
  const { person, left } = await leftOne(service);
  await person.call('DELETE', '/api/users/me', { json: { password } });
  expect(await verify(service, byLink(await registered(service, left)))).toMatchObject({ status: 204 });
});
