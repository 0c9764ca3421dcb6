// What is sealed opens for its purpose, until it expires, under any of the keys, and in no other way.

import { beforeAll, expect, test } from 'vitest';
import { type DataKeys, importDataKeys } from '../../../src/tokens/data-keys.ts';
import { open, seal } from '../../../src/tokens/sealed.ts';

const keyOf = (letter: string) => ({ kty: 'oct' as const, kid: letter, k: letter.repeat(43) });
const now = new Date('2030-01-01T00:00:00Z');
const subject = '0197a1b2-0000-7000-8000-000000000001';
const expiresAt = now.getTime() / 1000 + 60;

let keys: DataKeys;
let rotated: DataKeys;
let others: DataKeys;

beforeAll(async () => {
  keys = await importDataKeys([keyOf('A')]);
  rotated = await importDataKeys([keyOf('E'), keyOf('A')]);
  others = await importDataKeys([keyOf('E')]);
});

test('opens as what was sealed, and the same content is the same text', async () => {
  const sealed = await seal(keys, 'request', { subject, expiresAt });
  expect(await open(keys, 'request', sealed, now)).toEqual({ subject, expiresAt });
  expect(await seal(keys, 'request', { subject, expiresAt })).toBe(sealed);
  expect(await seal(keys, 'request', { subject, expiresAt: expiresAt + 1 })).not.toBe(sealed);
  expect(sealed).not.toContain(subject);
});

test('after a rotation it opens still, and without its key no longer', async () => {
  const sealed = await seal(keys, 'request', { subject, expiresAt });
  expect(await open(rotated, 'request', sealed, now)).toEqual({ subject, expiresAt });
  expect(await open(others, 'request', sealed, now)).toBeUndefined();
  expect(await seal(rotated, 'request', { subject, expiresAt })).not.toBe(sealed);
});

test('another purpose, a second too late, and any changed character open nothing', async () => {
  const sealed = await seal(keys, 'request', { subject, expiresAt });
  expect(await open(keys, 'known-device', sealed, now)).toBeUndefined();
  expect(await open(keys, 'request', sealed, new Date(expiresAt * 1000))).toBeUndefined();
  for (let place = 0; place < sealed.length; place += 1) {
    const other = sealed[place] === 'A' ? 'B' : 'A';
    const changed = sealed.slice(0, place) + other + sealed.slice(place + 1);
    expect(await open(keys, 'request', changed, now), `at ${place}`).toBeUndefined();
  }
});

test.for(['', 'A', '=', 'ä', '😀', 'x'.repeat(60_000), '.'.repeat(50), 'AAAA'.repeat(10)])(
  '%#: never throws',
  async (text) => {
    expect(await open(keys, 'request', text, now)).toBeUndefined();
  },
);
