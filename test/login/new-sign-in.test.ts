// Word to the owner of an account when it is signed in to from a device that it has not been signed in to from before.

import { expect, test } from 'vitest';
import { mailsAnHour } from '../../src/lifetimes.ts';
import { newPerson, queued } from '../mail/tables.ts';
import { mailsTo, password, type Service, startService } from '../service.ts';

type Device = { device_name?: string; userAgent?: string };

async function signInFrom(
  service: Service,
  email: string,
  { device_name, userAgent }: Device,
  chosen = password,
) {
  const headers = {
    'CF-Connecting-IP': '203.0.113.7',
    ...(userAgent === undefined ? {} : { 'User-Agent': userAgent }),
  };
  const json = { email, password: chosen, ...(device_name === undefined ? {} : { device_name }) };
  return service.call('POST', '/api/auth/login', { json, headers });
}

const told = async (service: Service, email: string) =>
  (await queued(service, email)).filter(({ kind }) => kind === 'new-sign-in');

const phone = { device_name: 'Phone', userAgent: 'App/1' };
const laptop = { device_name: 'Laptop', userAgent: 'Browser/1' };

test('the first login ever is no news', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  expect(await signInFrom(service, email, phone)).toMatchObject({ status: 200 });
  expect(await told(service, email)).toEqual([]);
});

test('a new device is, once, in a mail that says which and from where', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  for (const device of [phone, laptop, laptop, phone, laptop]) await signInFrom(service, email, device);
  expect(await told(service, email)).toMatchObject([
    { details: { device_name: 'Laptop', ip: '203.0.113.7' } },
  ]);
  const [mail, ...more] = await mailsTo(email, 1);
  expect(more).toEqual([]);
  expect(mail?.text).toContain('Laptop');
  expect(mail?.text).toContain('203.0.113.7');
});

test.for<[string, Device, string | null]>([
  ['another name', { ...phone, device_name: 'Tablet' }, 'Tablet'],
  ['another program', { ...phone, userAgent: 'App/2' }, 'Phone'],
  ['no name', { userAgent: 'App/1' }, 'App/1'],
  ['neither', {}, null],
])('a device is new by %s', async ([, device, name]) => {
  const service = await startService();
  const { email } = await newPerson(service);
  for (const next of [phone, device, device]) await signInFrom(service, email, next);
  expect((await told(service, email)).map(({ details }) => details['device_name'])).toEqual([name]);
});

test('a new device that signs in several times at one moment is told of once', async () => {
  const service = await startService();
  for (let times = 0; times < 5; times += 1) {
    const { email } = await newPerson(service);
    await signInFrom(service, email, phone);
    const answers = await Promise.all(Array.from({ length: 5 }, () => signInFrom(service, email, laptop)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(await told(service, email)).toHaveLength(1);
  }
});

test('a device that signed out is still known', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  await signInFrom(service, email, phone);
  const { body } = await signInFrom(service, email, laptop);
  await service.call('POST', '/api/auth/logout', { json: { refresh_token: body.refresh_token } });
  await signInFrom(service, email, laptop);
  expect(await told(service, email)).toHaveLength(1);
});

test('a login that failed is no sign-in', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  await signInFrom(service, email, phone);
  expect(await signInFrom(service, email, laptop, 'wrong horse')).toMatchObject({ status: 401 });
  expect(await told(service, email)).toEqual([]);
});

test('one account’s devices are not another’s', async () => {
  const service = await startService();
  const [one, other] = [await newPerson(service), await newPerson(service)];
  await signInFrom(service, one.email, phone);
  await signInFrom(service, other.email, laptop);
  await signInFrom(service, one.email, laptop);
  expect(await told(service, one.email)).toHaveLength(1);
  expect(await told(service, other.email)).toHaveLength(0);
});

test('whoever signs in from ever new devices cannot pester the owner', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  await signInFrom(service, email, phone);
  for (let device = 0; device < mailsAnHour + 3; device += 1) {
    await signInFrom(service, email, { device_name: `Device ${device}` });
  }
  expect(await told(service, email)).toHaveLength(mailsAnHour);
  service.clock.advance(60 * 60);
  await signInFrom(service, email, { device_name: 'An hour later' });
  expect(await told(service, email)).toHaveLength(mailsAnHour + 1);
});
