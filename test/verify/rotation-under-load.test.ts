import { expect, test, vi } from 'vitest';
import {
  type ManagedKeySet,
  newSet,
  RefusedError,
  retire,
  retireAfterSeconds,
  rotate,
  signAfterSeconds,
} from '../../src/cli/rotation.ts';
import type { PrivateJwk } from '../../src/tokens/private-key-set.ts';
import { codeIn, mailsTo, newAddress, password } from '../service.ts';
import { newKey } from './new-key.ts';
import { startRehearsal } from './rehearsal.ts';

// The whole rotation beside a resource that checks with `latchkey/verify`, while a load runs; and what each wrong order, done
// by hand as the tool refuses it, would have done.

vi.setConfig({ testTimeout: 60_000 });

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

async function rehearse(devices = 4) {
  const made = Math.floor(Date.now() / 1000);
  let access = await newSet(await newKey(), made);
  let refresh = await newSet(await newKey(), made);
  const bindings = () => ({
    ACCESS_TOKEN_KEYS: JSON.stringify(access),
    REFRESH_TOKEN_KEYS: JSON.stringify(refresh),
  });
  const rehearsal = await startRehearsal(bindings(), devices);
  await rehearsal.run(4 * minute, 2 * minute);
  return {
    ...rehearsal,
    access: () => access,
    refresh: () => refresh,
    async put(changed: { access?: ManagedKeySet; refresh?: ManagedKeySet }) {
      access = changed.access ?? access;
      refresh = changed.refresh ?? refresh;
      await rehearsal.deploy(bindings());
    },
  };
}

test('the access keys change under load, and not one request is refused', async () => {
  const { access, put, run, seconds, counted } = await rehearse();
  const [before] = access().keys;

  await put({ access: (await rotate(access(), newKey, seconds())).set });
  await run(signAfterSeconds - 1, 2 * minute);
  await expect(rotate(access(), newKey, seconds())).rejects.toThrow(RefusedError);
  await run(1, 1);

  await put({ access: (await rotate(access(), newKey, seconds())).set });
  expect(access().keys[0]?.kid).not.toBe(before?.kid);
  await run(retireAfterSeconds('access') - 1, 2 * minute);
  expect(() => retire(access(), 'access', seconds())).toThrow(RefusedError);
  await run(1, 1);

  await put({ access: retire(access(), 'access', seconds()).set });
  expect(access().keys.map(({ kid }) => kid)).not.toContain(before?.kid);
  await run(70 * minute, 2 * minute);

  expect(counted.refused).toEqual([]);
  expect(counted.resource).toBeGreaterThan(300);
  expect(counted.refreshed).toBeGreaterThan(40);
});

test('the refresh keys change under load: no device signs in again, and no code of a mail under way dies', async () => {
  const { refresh, put, run, seconds, counted, service } = await rehearse();
  await put({ refresh: (await rotate(refresh(), newKey, seconds())).set });
  await run(signAfterSeconds, 5 * minute);

  const email = newAddress();
  const asked = await service().call('POST', '/api/auth/register', { json: { email, name: 'Ada' } });
  const { request } = asked.body;
  const code = codeIn((await mailsTo(email, 1)).at(-1));
  await put({ refresh: (await rotate(refresh(), newKey, seconds())).set });
  await run(20 * hour, 10 * hour);
  const proof = { request, code, password };
  expect(await service().call('POST', '/api/auth/verify-email', { json: proof })).toMatchObject({
    status: 204,
  });

  expect(() => retire(refresh(), 'refresh', seconds())).toThrow(RefusedError);
  // Nobody opens the app for as long as a refresh token lives.
  await run(29 * day, 29 * day);
  await run(2 * day, day);
  await put({ refresh: retire(refresh(), 'refresh', seconds()).set });
  expect(refresh().keys).toHaveLength(1);
  await run(2 * day, 12 * hour);

  expect(counted.refused).toEqual([]);
});

const withKeys = (...keys: readonly PrivateJwk[]): ManagedKeySet => ({ keys });

test.for<[string, (keys: readonly PrivateJwk[], fresh: PrivateJwk) => ManagedKeySet[], string]>([
  [
    'a key that signs without having been published',
    ([old], fresh) => [withKeys(fresh, old as PrivateJwk)],
    'strict',
  ],
  [
    'a key that signs a minute after it was published',
    ([old], fresh) => [withKeys(old as PrivateJwk, fresh), withKeys(fresh, old as PrivateJwk)],
    'strict',
  ],
  [
    'a key taken out while its tokens live',
    ([old], fresh) => [
      withKeys(old as PrivateJwk, fresh),
      withKeys(fresh, old as PrivateJwk),
      withKeys(fresh),
    ],
    'me:',
  ],
])('%s would be refused by somebody', async ([, stages, who]) => {
  const { access, put, run, counted } = await rehearse();
  for (const set of stages(access().keys, await newKey())) {
    await put({ access: set });
    await run(minute, minute);
  }
  await run(20 * minute, 2 * minute);
  expect(counted.refused.some((what) => what.startsWith(who))).toBe(true);
});

test('a refresh key taken out while its tokens live would make people sign in again', async () => {
  const { put, run, counted } = await rehearse();
  await put({ refresh: withKeys(await newKey()) });
  await run(20 * minute, 2 * minute);
  expect(counted.refused.some((what) => what.startsWith('refresh:'))).toBe(true);
});
