// A grant is spent once, and who spent it is told so, even where the database's first answer was lost on its way.

import { expect, test } from 'vitest';
import { password, type Service, signIn, startService } from '../service.ts';
import { byLink, forgetful, otherPassword, registered, reset, verify } from './granted.ts';
import { newPerson, queued } from './tables.ts';

/** The database does what it is asked in these words, and its answer never arrives, once. */
function loseAnswer(service: Service, words: string): void {
  const { transport } = service;
  service.transport = async (input, init) => {
    if (!String(init?.body).includes(words)) return transport(input, init);
    service.transport = transport;
    await (await transport(input, init)).text();
    throw new TypeError('the connection was cut');
  };
}

test('a verification whose answer was lost is answered, and the link is spent', async () => {
  const service = await startService();
  const granted = await registered(service);
  loseAnswer(service, 'insert into users');
  expect(await verify(service, byLink(granted))).toMatchObject({ status: 204 });
  expect(await verify(service, byLink(granted))).toMatchObject({ status: 400 });
});

test('a reset whose answer was lost is answered, done once and told once', async () => {
  const service = await startService();
  const granted = await forgetful(service);
  loseAnswer(service, 'update users');
  expect(await reset(service, byLink(granted))).toMatchObject({ status: 204 });
  expect(await reset(service, byLink(granted))).toMatchObject({ status: 400 });
  await expect(signIn(service, granted.email, { password: otherPassword })).resolves.toBeDefined();
  const told = (await queued(service, granted.email)).filter(({ kind }) => kind === 'password-changed');
  expect(told).toHaveLength(1);
});

test('a change of the password whose answer was lost is answered', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const { access_token: bearer } = await signIn(service, email);
  loseAnswer(service, 'update users');
  const json = { current_password: password, new_password: otherPassword };
  const { status, body } = await service.call('POST', '/api/auth/change-password', { bearer, json });
  expect(status).toBe(200);
  const me = await service.call('GET', '/api/users/me', { bearer: body.access_token });
  expect(me).toMatchObject({ status: 200 });
  await expect(signIn(service, email, { password: otherPassword })).resolves.toBeDefined();
});

test('a registration whose answer was lost stands, and its mail verifies it', async () => {
  const service = await startService();
  loseAnswer(service, 'insert into email_requests');
  const granted = await registered(service);
  expect(await queued(service, granted.email)).toHaveLength(1);
  expect(await verify(service, byLink(granted))).toMatchObject({ status: 204 });
  await expect(signIn(service, granted.email)).resolves.toBeDefined();
});

test.for(['/api/auth/forgot-password', '/api/auth/register'])(
  '%s queues one mail where the answer of the database was lost',
  async (path) => {
    const service = await startService();
    const { email } = await newPerson(service);
    loseAnswer(service, 'insert into mails');
    const json = { email, password, name: 'Ada' };
    expect(await service.call('POST', path, { json })).toMatchObject({ status: 202 });
    expect(await queued(service, email)).toHaveLength(1);
  },
);
