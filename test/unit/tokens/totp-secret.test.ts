// The secrets of second factors open for their own user alone, under any of the keys, and in no other way.

import { beforeAll, expect, test } from 'vitest';
import { type DataKeys, importDataKeys } from '../../../src/tokens/data-keys.ts';
import { open, openKept, seal, sealKept } from '../../../src/tokens/sealed.ts';
import { openTotpSecret, sealTotpSecret } from '../../../src/tokens/totp-secret.ts';

const keyOf = (letter: string, kid = letter) => ({ kty: 'oct' as const, kid, k: letter.repeat(43) });
const userId = '0197a1b2-0000-7000-8000-000000000001';
const otherId = '0197a1b2-0000-7000-8000-000000000002';
const secret = { totp: new Uint8Array(20).fill(1), recovery: new Uint8Array(16).fill(2) };

let keys: DataKeys;
let rotated: DataKeys;
let others: DataKeys;

beforeAll(async () => {
  keys = await importDataKeys([keyOf('A')]);
  rotated = await importDataKeys([keyOf('E'), keyOf('A')]);
  others = await importDataKeys([keyOf('E')]);
});

test('opens as what was sealed, and says which key sealed it', async () => {
  const sealed = await sealTotpSecret(keys, { userId, ...secret });
  expect(sealed).toMatch(/^A:[\w-]+$/);
  expect(await openTotpSecret(keys, userId, sealed)).toEqual(secret);
});

test('copied into another user’s row it opens neither', async () => {
  const sealed = await sealTotpSecret(keys, { userId, ...secret });
  expect(await openTotpSecret(keys, otherId, sealed)).toBeUndefined();
});

test('after a rotation it opens still, is sealed anew by the newest key, and without its key no longer opens', async () => {
  const sealed = await sealTotpSecret(keys, { userId, ...secret });
  expect(await openTotpSecret(rotated, userId, sealed)).toEqual(secret);
  expect(await openTotpSecret(others, userId, sealed)).toBeUndefined();
  const anew = await sealTotpSecret(rotated, { userId, ...secret });
  expect(anew).toMatch(/^E:/);
  expect(await openTotpSecret(others, userId, anew)).toEqual(secret);
});

test('a key whose `kid` has colons is a key like others', async () => {
  const colons = await importDataKeys([keyOf('A', 'urn:key:1')]);
  const sealed = await sealTotpSecret(colons, { userId, ...secret });
  expect(sealed).toMatch(/^urn:key:1:[\w-]+$/);
  expect(await openTotpSecret(colons, userId, sealed)).toEqual(secret);
});

test('any changed character of the sealed part opens nothing', async () => {
  const sealed = await sealTotpSecret(keys, { userId, ...secret });
  for (let place = sealed.indexOf(':') + 1; place < sealed.length; place += 1) {
    const other = sealed[place] === 'A' ? 'B' : 'A';
    const changed = sealed.slice(0, place) + other + sealed.slice(place + 1);
    expect(await openTotpSecret(keys, userId, changed), `at ${place}`).toBeUndefined();
  }
});

test.for(['', ':', 'A', 'A:', 'A:=', 'A:ä', `A:${'x'.repeat(60_000)}`, `A:${'AAAA'.repeat(10)}`])(
  '%#: never throws',
  async (text) => {
    expect(await openTotpSecret(keys, userId, text)).toBeUndefined();
  },
);

test('what is kept is nothing that a client holds, and the other way round', async () => {
  const now = new Date('2030-01-01T00:00:00Z');
  const held = await seal(keys, 'request', { subject: userId, expiresAt: now.getTime() });
  const kept = await sealKept(keys, 'totp-secret', userId);
  expect(await openKept(keys, 'totp-secret', held)).toBeUndefined();
  expect(await open(keys, 'request', kept, now)).toBeUndefined();
  expect(await openKept(keys, 'totp-secret', kept)).toBe(userId);
});
