// A change of the address that somebody asked for before a reset stays off, at whatever point its mail was by then.

import { expect, test } from 'vitest';
import { deliverWaitingMails } from '../../src/features/mail-delivery/deliver.ts';
import { mailsTo, newAddress, password, type Service, signIn } from '../service.ts';
import { otherPassword, reset, verify } from './granted.ts';
import { startOwnService, startSecondIsolate } from './own-service.ts';
import { insertResetGrant, newPerson } from './tables.ts';

/** An isolate that dies where it would send its mails. */
function dieBeforeSending(service: Service): () => void {
  const { transport } = service;
  service.transport = (input, init) =>
    String(init?.body).includes('for update skip locked')
      ? Promise.reject(new Error('this isolate is dead'))
      : transport(input, init);
  return () => {
    service.transport = transport;
  };
}

const tokensIn = async (email: string) =>
  (await mailsTo(email)).flatMap(({ text }) => /token=([\w-]+)/.exec(text)?.[1] ?? []);

test.for([
  [
    'a reset',
    async (service: Service, email: string) => {
      const token = await insertResetGrant(service, email);
      return reset(service, { token });
    },
  ],
  [
    'a change of the password on another device',
    async (service: Service, email: string) => {
      const { access_token: bearer } = await signIn(service, email);
      const json = { current_password: password, new_password: otherPassword };
      return service.call('POST', '/api/auth/change-password', { bearer, json });
    },
  ],
] as const)('%s calls off a change whose mail had not left yet', async ([, act]) => {
  const service = await startOwnService();
  const { email } = await newPerson(service);
  const { access_token: bearer } = await signIn(service, email);
  const newEmail = newAddress();
  const revive = dieBeforeSending(service);
  await service.call('POST', '/api/users/me/email', { bearer, json: { new_email: newEmail, password } });
  expect(Math.floor((await act(service, email)).status / 100)).toBe(2);
  revive();
  await deliverWaitingMails(service.dependencies);
  for (const token of await tokensIn(newEmail)) {
    expect(await verify(service, { token })).toMatchObject({ status: 400 });
  }
  await expect(signIn(service, email, { password: otherPassword })).resolves.toBeDefined();
});

test('a reset calls off a change whose mail is being made at that moment', async () => {
  const service = await startOwnService();
  const other = await startSecondIsolate(service);
  const { email } = await newPerson(service);
  const { access_token: bearer } = await signIn(service, email);
  const newEmail = newAddress();
  const { transport } = service;
  service.transport = async (input, init) => {
    if (!String(init?.body).includes('insert into mailed_grants')) return transport(input, init);
    service.transport = transport;
    const token = await insertResetGrant(other, email);
    expect(await reset(other, { token })).toMatchObject({ status: 204 });
    return transport(input, init);
  };
  await service.call('POST', '/api/users/me/email', { bearer, json: { new_email: newEmail, password } });
  for (const token of await tokensIn(newEmail)) {
    expect(await verify(service, { token })).toMatchObject({ status: 400 });
  }
  await expect(signIn(service, email, { password: otherPassword })).resolves.toBeDefined();
});
