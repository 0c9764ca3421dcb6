// Link and code follow from the mail's id and a secret, and from nothing else; what is kept of them fits nowhere else.

import { beforeAll, expect, test } from 'vitest';
import { digestOf } from '../../../src/encoding.ts';
import { type DataKeys, importDataKeys } from '../../../src/tokens/data-keys.ts';
import { grantSecrets, hashCode, isToken } from '../../../src/tokens/one-time.ts';

const dataKeys = (letter: string) => importDataKeys([{ kty: 'oct', kid: letter, k: letter.repeat(43) }]);

let keys: DataKeys;
let otherKeys: DataKeys;

beforeAll(async () => {
  keys = await dataKeys('A');
  otherKeys = await dataKeys('E');
});

const mailId = (number: number) => `0197a1b2-0000-7000-8000-${String(number).padStart(12, '0')}`;
const registration = { purpose: 'register', codeLength: 6 } as const;

test('one mail has one link and one code, in another isolate too', async () => {
  const once = await grantSecrets(keys, mailId(1), registration);
  expect(await grantSecrets(keys, mailId(1), registration)).toEqual(once);
  expect(await grantSecrets(await dataKeys('A'), mailId(1), registration)).toEqual(once);
});

test('another mail and another key have another link and another code', async () => {
  const secrets = await Promise.all([
    grantSecrets(keys, mailId(1), registration),
    grantSecrets(keys, mailId(2), registration),
    grantSecrets(otherKeys, mailId(1), registration),
  ]);
  expect(new Set(secrets.map(({ token }) => token)).size).toBe(3);
  expect(new Set(secrets.map(({ code }) => code)).size).toBe(3);
});

test('the newest key makes the link and the code', async () => {
  const [newest, older] = [keys[0], otherKeys[0]] as const;
  const made = await grantSecrets([newest, older], mailId(1), registration);
  expect(made).toEqual(await grantSecrets(keys, mailId(1), registration));
});

test.for([
  [6, 'register', 'r'],
  [8, 'reset-password', 'p'],
  [12, 'change-email', 'c'],
] as const)(
  '4,000 codes of %i characters are spread evenly, and 4,000 tokens of %s are 256 bits after "%s" and differ',
  async ([codeLength, purpose, letter]) => {
    const secrets = await Promise.all(
      Array.from({ length: 4000 }, (_, id) => grantSecrets(keys, mailId(id), { purpose, codeLength })),
    );
    const alphabet = codeLength > 8 ? '0123456789ABCDEFGHJKMNPQRSTVWXYZ' : '0123456789';
    for (const { token, code } of secrets) {
      expect(token).toMatch(new RegExp(`^${letter}[\\w-]{43}$`));
      expect(code).toMatch(new RegExp(`^[${alphabet}]{${codeLength}}$`));
    }
    expect(new Set(secrets.map(({ token }) => token)).size).toBe(4000);
    // Of a million codes, 4,000 draws repeat 8 times in the mean.
    expect(new Set(secrets.map(({ code }) => code)).size).toBeGreaterThan(3970);
    const mean = 4000 / alphabet.length;
    for (let place = 0; place < codeLength; place += 1) {
      for (const character of alphabet) {
        const seen = secrets.filter(({ code }) => code[place] === character).length;
        // Five standard deviations to either side; the ids are fixed, so this is the same in every run.
        expect(Math.abs(seen - mean), `${character} at place ${place}`).toBeLessThan(5 * Math.sqrt(mean));
      }
    }
  },
);

test('the code says nothing of the token', async () => {
  const { token, code } = await grantSecrets(keys, mailId(1), registration);
  expect(await digestOf(token)).not.toContain(code);
  expect(token).not.toContain(code);
});

test('what a token is for shows in its first letter, and whether something was cut off in its length', async () => {
  const { token } = await grantSecrets(keys, mailId(1), registration);
  expect(isToken(token, 'register')).toBe(true);
  for (const purpose of ['change-email', 'reset-password', 'undo-email-change'] as const) {
    expect(isToken(token, purpose)).toBe(false);
  }
  for (const text of [
    undefined,
    '',
    token.slice(0, -1),
    `${token}A`,
    `${token.slice(0, -1)}=`,
    `${token}\n`,
  ]) {
    expect(isToken(text, 'register')).toBe(false);
  }
});

test('the hash of a code is bound to its request, its code and the key', async () => {
  const all = await Promise.all([
    hashCode(keys, mailId(1), '123456'),
    hashCode(keys, mailId(2), '123456'),
    hashCode(keys, mailId(1), '123457'),
    hashCode(otherKeys, mailId(1), '123456'),
  ]);
  expect(new Set(all.flat()).size).toBe(4);
  expect(await hashCode(keys, mailId(1), '123456')).toEqual(all[0]);
});

test('no two inputs run into each other', async () => {
  const [one] = await hashCode(keys, 'a', '1,2');
  const [other] = await hashCode(keys, 'a","1', '2');
  expect(one).not.toBe(other);
});

test('a code is hashed under every key, the newest first', async () => {
  const [newest, older] = [keys[0], otherKeys[0]] as const;
  const both = await hashCode([newest, older], mailId(1), '123456');
  expect(both).toEqual([
    ...(await hashCode(keys, mailId(1), '123456')),
    ...(await hashCode(otherKeys, mailId(1), '123456')),
  ]);
});

test('the hash of a token is SHA-256 (FIPS 180-4) in base64url, and takes any text', async () => {
  expect(await digestOf('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
  expect(await digestOf('\ud800\0')).toMatch(/^[\w-]{43}$/);
});

test('the derived keys cannot be exported and do nothing but sign', () => {
  for (const { grants: key } of keys) expect([key.extractable, key.usages]).toEqual([false, ['sign']]);
});
