// Word to the owner of an account when it is signed in to on a device that has not signed in to it before. What tells devices apart
// is the `known_device` that each was given: names and programs are the client's own words, and a thief's are any he likes.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { mailsPerHour } from '../../src/lifetimes.ts';
import { newPerson, queued } from '../mail/tables.ts';
import { type Answer, mailsTo, password, type Service, startService } from '../service.ts';
import { devicesOf, logIn } from './accounts.ts';

type Device = { device_name?: string; userAgent?: string; known_device?: string };

async function signInFrom(
  service: Service,
  email: string,
  { userAgent, ...named }: Device,
  chosen = password,
): Promise<Answer> {
  const headers = {
    'CF-Connecting-IP': '203.0.113.7',
    ...(userAgent === undefined ? {} : { 'User-Agent': userAgent }),
  };
  return logIn(service, email, chosen, named, { headers });
}

/** A sign-in that makes the device known. */
async function knownFrom(service: Service, email: string, device: Device): Promise<Device> {
  const { status, body } = await signInFrom(service, email, device);
  expect(status).toBe(200);
  return { ...device, known_device: body.known_device };
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
  const known = [await knownFrom(service, email, phone), await knownFrom(service, email, laptop)];
  for (const device of [...known, ...known]) await knownFrom(service, email, device);
  expect(await told(service, email)).toMatchObject([
    { details: { device_name: 'Laptop', ip: '203.0.113.7' } },
  ]);
  const [mail, ...more] = await mailsTo(email, 1);
  expect(more).toEqual([]);
  expect(mail?.text).toContain('Laptop');
  expect(mail?.text).toContain('203.0.113.7');
});

test('whoever says that they are the known device, by its name and program, is a new one', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  await knownFrom(service, email, phone);
  await knownFrom(service, email, phone);
  expect(await told(service, email)).toMatchObject([{ details: { device_name: 'Phone' } }]);
});

test.for<[string, Device]>([
  ['another name', { device_name: 'Tablet', userAgent: 'App/1' }],
  ['another program', { device_name: 'Phone', userAgent: 'App/2' }],
  ['neither', {}],
])('a known device is known under %s', async ([, shown]) => {
  const service = await startService();
  const { email } = await newPerson(service);
  const { known_device = '' } = await knownFrom(service, email, phone);
  await knownFrom(service, email, { ...shown, known_device });
  expect(await told(service, email)).toEqual([]);
});

test('devices that sign in at one moment are each told of', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  await knownFrom(service, email, phone);
  await Promise.all([phone, laptop, laptop].map((device) => knownFrom(service, email, device)));
  expect(await told(service, email)).toHaveLength(3);
});

test('a device that signed out is still known', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const known = await knownFrom(service, email, phone);
  const { body } = await signInFrom(service, email, known);
  await service.call('POST', '/api/auth/logout', { json: { refresh_token: body.refresh_token } });
  await knownFrom(service, email, known);
  expect(await told(service, email)).toEqual([]);
});

test('an account whose sessions are all purged was signed in to before as long as a device of it is known', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const known = await knownFrom(service, email, phone);
  const purge = () =>
    service.dependencies.database.query(
      sql`delete from sessions s using users u where u.id = s.user_id and u.email = ${email}`,
      { repeatable: false },
    );
  await purge();
  await knownFrom(service, email, known);
  expect(await told(service, email)).toEqual([]);
  await purge();
  await knownFrom(service, email, laptop);
  expect(await told(service, email)).toHaveLength(1);
});

test('a statement that runs twice makes no news of the first login', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const { transport } = service;
  let statements = 0;
  service.transport = async (input, init) => {
    const response = await transport(input, init);
    statements += 1;
    if (statements === 2) throw new TypeError('Network connection lost.');
    return response;
  };
  expect(await signInFrom(service, email, phone)).toMatchObject({ status: 200, trips: 3 });
  service.transport = transport;
  expect(await told(service, email)).toEqual([]);
  expect(await devicesOf(service, email)).toHaveLength(1);
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
  for (let device = 0; device < mailsPerHour + 3; device += 1) {
    await signInFrom(service, email, { device_name: `Device ${device}` });
  }
  expect(await told(service, email)).toHaveLength(mailsPerHour);
  service.clock.advance(60 * 60);
  await signInFrom(service, email, { device_name: 'An hour later' });
  expect(await told(service, email)).toHaveLength(mailsPerHour + 1);
});
