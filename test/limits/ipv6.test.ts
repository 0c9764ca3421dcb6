// Who has a /48 of IPv6 to choose networks from has 16 times the limit of one network, and not 65,536 times.

import { expect, test } from 'vitest';
import { newAddress, startService } from '../service.ts';
import { limitOf } from './limiters.ts';

async function guesser(most: number) {
  const limit = limitOf(most);
  const service = await startService({ MAIL_LIMIT: limit });
  const ask = async (ip: string) => {
    const headers = { 'CF-Connecting-IP': ip };
    const json = { email: newAddress() };
    return (await service.call('POST', '/api/auth/forgot-password', { json, headers })).status;
  };
  return { limit, ask };
}

const group = (number: number) => number.toString(16);

test('an address counts for its /64, and for a share of its /56 and of its /48', async () => {
  const { limit, ask } = await guesser(100);
  for (const ip of ['2001:DB8:0a:1234::1', '2001:db8:a:12ff::1', '2001:db8:a:7::', '192.0.2.1'])
    await ask(ip);
  const names = new Set([...limit.counts.keys()].map((key) => key.replace(/ \d+$/, ' n')));
  expect([...names]).toEqual([
    'network 2001:db8:a:1234::/64',
    'network 2001:db8:a:1200::/56 n',
    'network 2001:db8:a::/48 n',
    'network 2001:db8:a:12ff::/64',
    'network 2001:db8:a:7::/64',
    'network 2001:db8:a:0::/56 n',
    'network 192.0.2.1',
  ]);
});

test.for([
  ['/56', (at: number) => `2001:db8:a:12${group(at).padStart(2, '0')}::1`, 4],
  ['/48', (at: number) => `2001:db8:a:${group(at * 257)}::1`, 16],
] as const)('a %s of which each /64 asks once comes to its limit', async ([, addressOf, times]) => {
  const most = 8;
  const { ask } = await guesser(most);
  const statuses: number[] = [];
  for (let at = 0; at < 2 * times * most && at < 256; at += 1) statuses.push(await ask(addressOf(at)));
  const passed = statuses.filter((status) => status === 202).length;
  expect(passed).toBeGreaterThan(times * most * 0.8);
  expect(passed).toBeLessThanOrEqual(times * most);
});

test('what one /64 is refused is not counted against its neighbours', async () => {
  // So many that chance, which picks the share of the /56, fills none: 40 that pass are 10 in each of 4.
  const { ask } = await guesser(40);
  for (let count = 0; count < 300; count += 1) await ask('2001:db8:a:1::1');
  for (let at = 2; at < 5; at += 1) expect(await ask(`2001:db8:a:${at}::1`)).toBe(202);
  expect(await ask('2001:db8:a:1::2')).toBe(429);
});
