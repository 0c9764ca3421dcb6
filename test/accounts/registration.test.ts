// An address that nobody proved belongs to nobody: no stranger's password ever ends up behind somebody else's proof.

import { expect, test } from 'vitest';
import { deliverWaitingMails } from '../../src/features/mail-delivery/deliver.ts';
import { mailsAnHour } from '../../src/lifetimes.ts';
import { byCode, byLink, forgot, grantedTo, otherPassword, reset, verify } from '../mail/granted.ts';
import { breakMail, mendMail } from '../mail/mail-server.ts';
import { newPerson } from '../mail/tables.ts';
import { mailsTo, newAddress, password, type Service, startService } from '../service.ts';
import { another, problem } from './people.ts';

const register = (service: Service, email: string, chosen: string, name: string) =>
  service.call('POST', '/api/auth/register', { json: { email, password: chosen, name } });

const strangers = 'ember pocket glacier oak';

test("a stranger's registration is replaced by the owner's, and the stranger's password opens nothing", async () => {
  const service = await startService();
  const email = newAddress();
  await register(service, email, strangers, 'Stranger');
  service.clock.advance(1);
  await register(service, email, password, 'Ada');
  expect(await verify(service, byLink(await grantedTo(email, 2)))).toMatchObject({ status: 204 });
  await expect(another(service, email, { password: strangers })).rejects.toThrow('401');
  const owner = await another(service, email);
  expect((await owner.call('GET', '/api/users/me')).body).toMatchObject({ name: 'Ada' });
});

test("the owner's mail never verifies the password of a stranger who registered after it", async () => {
  const service = await startService();
  const email = newAddress();
  await register(service, email, password, 'Ada');
  const owners = await grantedTo(email, 1);
  // The stranger's mail cannot leave at the moment, so nothing in the owner's inbox says that theirs is out of date.
  service.clock.advance(1);
  await breakMail(email, 'temporary-failure');
  const { transport } = service;
  service.transport = (input, init) =>
    String(init?.body).includes('for update skip locked')
      ? Promise.reject(new Error('this isolate is dead'))
      : transport(input, init);
  await register(service, email, strangers, 'Stranger');
  for (const way of [byLink, byCode]) {
    expect(await verify(service, way(owners))).toMatchObject(problem(400, 'invalid-token'));
  }
  await expect(another(service, email, { password: strangers })).rejects.toThrow('403');
  await mendMail(email);
});

test('a mail that a stranger took the place of while it waited verifies nothing either', async () => {
  const service = await startService();
  const email = newAddress();
  await breakMail(email, 'temporary-failure');
  await register(service, email, password, 'Ada');
  service.clock.advance(1);
  await register(service, email, strangers, 'Stranger');
  await mendMail(email);
  service.clock.advance(60);
  await deliverWaitingMails(service.dependencies);
  // One mail is left, and it is the one of the registration that stands.
  expect(await mailsTo(email)).toHaveLength(1);
  expect(await verify(service, byLink(await grantedTo(email, 1)))).toMatchObject({ status: 204 });
  await expect(another(service, email)).rejects.toThrow('401');
});

test('where the hour’s mails are used up, no link in the inbox verifies a later registration', async () => {
  const service = await startService();
  const email = newAddress();
  for (let count = 0; count < mailsAnHour; count += 1) {
    await register(service, email, password, 'Ada');
    service.clock.advance(1);
  }
  const owners = await grantedTo(email, mailsAnHour);
  await register(service, email, strangers, 'Stranger');
  expect(await mailsTo(email)).toHaveLength(mailsAnHour);
  expect(await verify(service, byLink(owners))).toMatchObject(problem(400, 'invalid-token'));
  await expect(another(service, email, { password: strangers })).rejects.toThrow('403');
  // An hour later the address can be had by whoever reads its mail.
  service.clock.advance(60 * 60);
  await register(service, email, password, 'Ada');
  await verify(service, byLink(await grantedTo(email, mailsAnHour + 1)));
  await expect(another(service, email)).resolves.toBeDefined();
});

test('another mail for the registration that stands verifies that one', async () => {
  const service = await startService();
  const email = newAddress();
  await register(service, email, strangers, 'Stranger');
  service.clock.advance(1);
  await register(service, email, password, 'Ada');
  service.clock.advance(1);
  await service.call('POST', '/api/auth/resend-verification', { json: { email } });
  expect(await verify(service, byCode(await grantedTo(email, 3)))).toMatchObject({ status: 204 });
  await expect(another(service, email)).resolves.toBeDefined();
});

test('a registration with a verified address changes nothing of its account, and tells its owner', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const owner = await another(service, email);
  const { body: before } = await owner.call('GET', '/api/users/me');
  await register(service, email, strangers, 'Stranger');
  expect((await owner.call('GET', '/api/users/me')).body).toEqual(before);
  await expect(another(service, email, { password: strangers })).rejects.toThrow('401');
  const [mail] = await mailsTo(email, 1);
  expect(mail?.subject).toContain('already have an account');
  expect(mail?.text).not.toContain('Stranger');
  expect(mail?.text).not.toContain('token=');
});

test('of registrations at once with one address one stands, and its mail verifies it', async () => {
  const service = await startService();
  const email = newAddress();
  const chosen = [password, otherPassword, strangers];
  await Promise.all(chosen.map((each) => register(service, email, each, 'Ada')));
  await deliverWaitingMails(service.dependencies);
  // The mails of one moment have no order: whichever link is good opens the registration that stands.
  for (const mail of await mailsTo(email)) {
    await verify(service, { token: /token=([\w-]+)/.exec(mail.text)?.[1] ?? '' });
  }
  service.clock.advance(1);
  await service.call('POST', '/api/auth/resend-verification', { json: { email } });
  const statuses = [];
  for (const each of chosen) {
    const json = { email, password: each };
    statuses.push((await service.call('POST', '/api/auth/login', { json })).status);
  }
  expect(statuses.filter((status) => status !== 401)).toHaveLength(1);
});

test('whoever reads the mail of an address takes a stranger’s registration over by a reset', async () => {
  const service = await startService();
  const email = newAddress();
  await register(service, email, strangers, 'Stranger');
  service.clock.advance(1);
  await reset(service, await forgot(service, email));
  await expect(another(service, email, { password: strangers })).rejects.toThrow('401');
  await expect(another(service, email, { password: otherPassword })).resolves.toBeDefined();
});
