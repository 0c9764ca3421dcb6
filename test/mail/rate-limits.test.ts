// What costs a mail or a hash is limited by network and by person: at the edge, and for mails in the database as well.

import { describe, expect, test } from 'vitest';
import { rateLimitSeconds } from '../../src/bounds.ts';
import { mailsPerHour } from '../../src/lifetimes.ts';
import { networkOf } from '../../src/sessions/network.ts';
import { mailsTo, newAddress, password, type Service, signIn, startService } from '../service.ts';
import { otherPassword } from './granted.ts';
import { newPerson, queued } from './tables.ts';

/** What the platform binds: counts by key. */
function limitOf(most: number) {
  const counts = new Map<string, number>();
  return {
    counts,
    async limit({ key }: { key: string }) {
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return { success: count <= most };
    },
  };
}

const tooMany = {
  status: 429,
  body: { type: expect.stringMatching(/\/problems\/too-many-requests$/), retryable: true },
};
const from = (ip: string) => ({ 'CF-Connecting-IP': ip });

/** By address, or by the handle of a request; `other` makes the next one another address or handle. */
const mailing = [
  ['/api/auth/register', async (_: Service) => ({ email: newAddress(), name: 'Ada' })],
  ['/api/auth/forgot-password', async (_: Service) => ({ email: newAddress() })],
  ['/api/auth/resend-verification', async (service: Service) => ({ request: await handle(service) })],
] as const;

async function handle(service: Service): Promise<string> {
  const json = { email: newAddress(), name: 'Ada' };
  return (await service.call('POST', '/api/auth/register', { json })).body.request;
}

test.for(mailing)('%s is limited by network, with a word on how long to wait', async ([path, bodyFor]) => {
  const unlimited = await startService();
  const service = await startService({ MAIL_LIMIT: limitOf(3) });
  const post = async (ip: string) =>
    service.call('POST', path, { json: await bodyFor(unlimited), headers: from(ip) });
  for (let count = 0; count < 3; count += 1) expect(await post('192.0.2.1')).toMatchObject({ status: 202 });
  const refused = await post('192.0.2.1');
  expect(refused).toMatchObject({ ...tooMany, trips: 0 });
  expect(refused.headers.get('Retry-After')).toBe(String(rateLimitSeconds));
  expect(await post('192.0.2.2')).toMatchObject({ status: 202 });
});

test.for(mailing)(
  '%s is limited by address or handle, wherever it is asked from',
  async ([path, bodyFor]) => {
    const unlimited = await startService();
    const service = await startService({ ADDRESS_LIMIT: limitOf(2) });
    const [one, other] = [await bodyFor(unlimited), await bodyFor(unlimited)];
    const post = (json: object, ip: string) => service.call('POST', path, { json, headers: from(ip) });
    expect(await post(one, '192.0.2.1')).toMatchObject({ status: 202 });
    // An address is the same one whatever its case.
    const again = 'email' in one ? { ...one, email: one.email.toUpperCase() } : one;
    expect(await post(again, '192.0.2.2')).toMatchObject({ status: 202 });
    const refused = await post(one, '192.0.2.3');
    expect(refused).toMatchObject({ ...tooMany, trips: 0 });
    expect(refused.headers.get('Retry-After')).toBe(String(rateLimitSeconds));
    expect(await post(other, '192.0.2.3')).toMatchObject({ status: 202 });
  },
);

test.for([
  ['/api/auth/verify-email', '/api/auth/register', '123456'],
  ['/api/auth/reset-password', '/api/auth/forgot-password', '12345678'],
] as const)('%s is limited by network and, for codes, by handle', async ([path, askedAt, code]) => {
  const byNetwork = await startService({ LOGIN_LIMIT: limitOf(2) });
  const byLink = (ip: string) =>
    byNetwork.call('POST', path, { json: { token: 'forged', password: otherPassword }, headers: from(ip) });
  for (let count = 0; count < 2; count += 1) expect(await byLink('192.0.2.1')).toMatchObject({ status: 400 });
  expect(await byLink('192.0.2.1')).toMatchObject({ ...tooMany, trips: 0 });

  const asking = await startService();
  const { body } = await asking.call('POST', askedAt, { json: { email: newAddress(), name: 'Ada' } });
  const byHandle = await startService({ ADDRESS_LIMIT: limitOf(2) });
  const byCode = (ip: string) => {
    const json = { request: body.request, code, password: otherPassword };
    return byHandle.call('POST', path, { json, headers: from(ip) });
  };
  expect(await byCode('192.0.2.1')).toMatchObject({ status: 400 });
  expect(await byCode('192.0.2.2')).toMatchObject({ status: 400 });
  expect(await byCode('192.0.2.3')).toMatchObject({ ...tooMany, trips: 0 });
});

test('guesses at the password of a signed-in person are limited by session, over all endpoints that ask for it', async () => {
  const { email } = await newPerson(await startService());
  const service = await startService({ ADDRESS_LIMIT: limitOf(3) });
  const { access_token: bearer } = await signIn(await startService(), email);
  const wrong = 'not the password of anybody';
  const guesses = [
    () => service.call('DELETE', '/api/users/me', { bearer, json: { password: wrong } }),
    () =>
      service.call('POST', '/api/users/me/email', {
        bearer,
        json: { new_email: newAddress(), password: wrong },
      }),
    () =>
      service.call('POST', '/api/auth/change-password', {
        bearer,
        json: { current_password: wrong, new_password: otherPassword },
      }),
  ];
  for (const guess of guesses) expect(await guess()).toMatchObject({ status: 401 });
  for (const guess of guesses) expect(await guess()).toMatchObject({ ...tooMany, trips: 0 });
  // Who holds a stolen session does not hold up its owner on another device.
  const { access_token: other } = await signIn(await startService(), email);
  const json = { password: wrong };
  expect(await service.call('DELETE', '/api/users/me', { bearer: other, json })).toMatchObject({
    status: 401,
  });
});

test('an address gets five mails at once, and one more whenever a fifth of an hour has passed', async () => {
  expect(mailsPerHour).toBe(5);
  const service = await startService();
  const email = newAddress();
  const register = () => service.call('POST', '/api/auth/register', { json: { email, name: 'Ada' } });
  for (let count = 0; count < mailsPerHour + 3; count += 1)
    expect(await register()).toMatchObject({ status: 202 });
  expect(await mailsTo(email)).toHaveLength(mailsPerHour);
  const { body } = await register();
  expect(body.resend_after).toBe(12 * 60);
  service.clock.advance(12 * 60 - 0.001);
  await register();
  expect(await mailsTo(email)).toHaveLength(mailsPerHour);
  service.clock.advance(0.001);
  await register();
  await register();
  expect(await mailsTo(email)).toHaveLength(mailsPerHour + 1);
});

test('no address is pestered by an account that asks again and again to move there', async () => {
  const service = await startService();
  const { email } = await newPerson(service);
  const { access_token: bearer } = await signIn(service, email);
  const newEmail = newAddress();
  for (let count = 0; count < mailsPerHour + 3; count += 1) {
    service.clock.advance(1);
    const json = { new_email: newEmail, password };
    expect(await service.call('POST', '/api/users/me/email', { bearer, json })).toMatchObject({
      status: 202,
    });
  }
  expect(await mailsTo(newEmail)).toHaveLength(mailsPerHour);
  const notices = (await queued(service, email)).filter(({ kind }) => kind === 'email-change-requested');
  expect(notices).toHaveLength(mailsPerHour);
});

describe('the network of an address', () => {
  test.for([
    ['192.0.2.17', '192.0.2.17'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:DB8:0001:0002:ffff::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:0:0:1::', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
  ] as const)('of %s is %s', ([ip, network]) => {
    expect(networkOf(ip)).toBe(network);
  });

  test('is what a limit counts: two addresses of one /64 are one, of two /64 are two', async () => {
    const limit = limitOf(1);
    const service: Service = await startService({ MAIL_LIMIT: limit });
    const post = (ip: string) =>
      service.call('POST', '/api/auth/forgot-password', { json: { email: newAddress() }, headers: from(ip) });
    expect(await post('2001:db8:1:2::1')).toMatchObject({ status: 202 });
    expect(await post('2001:db8:1:2:aaaa:bbbb:cccc:dddd')).toMatchObject({ status: 429 });
    expect(await post('2001:db8:2:3::1')).toMatchObject({ status: 202 });
    const counted = [...limit.counts.keys()].filter((key) => key.endsWith('/64'));
    expect(counted).toEqual(['network 2001:db8:1:2::/64', 'network 2001:db8:2:3::/64']);
  });
});
