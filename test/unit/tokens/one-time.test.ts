// Link and code follow from the mail's id and a secret, and from nothing else; what is kept of them fits nowhere else.

import { beforeAll, expect, test } from 'vitest';
import { type DataKeys, importDataKeys } from '../../../src/tokens/data-keys.ts';
import { grantSecrets, hashCode, hashToken } from '../../../src/tokens/one-time.ts';

const dataKeys = (letter: string) => importDataKeys([{ kty: 'oct', kid: letter, k: letter.repeat(43) }]);

let keys: DataKeys;
let otherKeys: DataKeys;

beforeAll(async () => {
  keys = await dataKeys('A');
  otherKeys = await dataKeys('E');
});

const mailId = (number: number) => `0197a1b2-0000-7000-8000-${String(number).padStart(12, '0')}`;

test('one mail has one link and one code, in another isolate too', async () => {
  const once = await grantSecrets(keys, mailId(1));
  expect(await grantSecrets(keys, mailId(1))).toEqual(once);
  expect(await grantSecrets(await dataKeys('A'), mailId(1))).toEqual(once);
});

test('another mail and another key have another link and another code', async () => {
  const secrets = await Promise.all([
    grantSecrets(keys, mailId(1)),
    grantSecrets(keys, mailId(2)),
    grantSecrets(otherKeys, mailId(1)),
  ]);
  expect(new Set(secrets.map(({ token }) => token)).size).toBe(3);
  expect(new Set(secrets.map(({ code }) => code)).size).toBe(3);
});

test('the newest key makes the link and the code', async () => {
  const [newest, older] = [keys[0], otherKeys[0]] as const;
  expect(await grantSecrets([newest, older], mailId(1))).toEqual(await grantSecrets(keys, mailId(1)));
});

test('4,000 codes are six digits each and spread evenly, and 4,000 tokens are 256 bits and differ', async () => {
  const secrets = await Promise.all(Array.from({ length: 4000 }, (_, id) => grantSecrets(keys, mailId(id))));
  for (const { token, code } of secrets) {
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(code).toMatch(/^\d{6}$/);
  }
  expect(new Set(secrets.map(({ token }) => token)).size).toBe(4000);
  // Of a million codes, 4,000 draws repeat 8 times in the mean.
  expect(new Set(secrets.map(({ code }) => code)).size).toBeGreaterThan(3970);
  for (const place of [0, 1, 2, 3, 4, 5]) {
    for (const digit of '0123456789') {
      const seen = secrets.filter(({ code }) => code[place] === digit).length;
      // 400 in the mean, 19 to either side by chance; the ids are fixed, so this is the same in every run.
      expect(seen, `${digit} at place ${place}`).toBeGreaterThan(320);
      expect(seen, `${digit} at place ${place}`).toBeLessThan(480);
    }
  }
});

test('the code says nothing of the token', async () => {
  const { token, code } = await grantSecrets(keys, mailId(1));
  expect(await hashToken(token)).not.toContain(code);
  expect(token).not.toContain(code);
});

test('the hash of a code is bound to its purpose, its address, its code and the key', async () => {
  const all = await Promise.all([
    hashCode(keys, 'verify-email', 'a@example.test', '123456'),
    hashCode(keys, 'reset-password', 'a@example.test', '123456'),
    hashCode(keys, 'verify-email', 'b@example.test', '123456'),
    hashCode(keys, 'verify-email', 'a@example.test', '123457'),
    hashCode(otherKeys, 'verify-email', 'a@example.test', '123456'),
  ]);
  expect(new Set(all.flat()).size).toBe(5);
  expect(await hashCode(keys, 'verify-email', 'a@example.test', '123456')).toEqual(all[0]);
});

test('no two inputs run into each other', async () => {
  const [one] = await hashCode(keys, 'verify-email', 'a', '1,2');
  const [other] = await hashCode(keys, 'verify-email', 'a","1', '2');
  expect(one).not.toBe(other);
});

test('a code is hashed under every key, the newest first', async () => {
  const [newest, older] = [keys[0], otherKeys[0]] as const;
  const both = await hashCode([newest, older], 'verify-email', 'a@example.test', '123456');
  expect(both).toEqual([
    ...(await hashCode(keys, 'verify-email', 'a@example.test', '123456')),
    ...(await hashCode(otherKeys, 'verify-email', 'a@example.test', '123456')),
  ]);
});

test('the hash of a token is SHA-256 (FIPS 180-4) in base64url, and takes any text', async () => {
  expect(await hashToken('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
  expect(await hashToken('\ud800\0')).toMatch(/^[\w-]{43}$/);
});

test('the derived keys cannot be exported and do nothing but sign', () => {
  for (const { grants: key } of keys) expect([key.extractable, key.usages]).toEqual([false, ['sign']]);
});
