// What an ID token shows: whose it is, whose word its address is, and a name.

import { beforeAll, beforeEach, expect, test } from 'vitest';
import { type Service, startService } from '../service.ts';
import { show } from './given.ts';
import {
  acmeToken,
  appleToken,
  audiences,
  type Claims,
  googleToken,
  type Issuers,
  newNonce,
  startIssuers,
  withProviders,
} from './issuer.ts';

let service: Service;
let issuers: Issuers;
let nonce: string;
beforeAll(async () => {
  service = await startService(withProviders);
});
beforeEach(async () => {
  issuers = startIssuers(service);
  nonce = await newNonce(service);
});

const seconds = () => Math.floor(service.clock.now.getTime() / 1000);

type Name = keyof Issuers;

test('of Apple it shows the identity, by its first issuer, and an address that Apple runs', async () => {
  const id_token = await issuers.apple.token({ nonce, sub: '001', email: 'X7@PrivateRelay.AppleID.com' });
  expect(await show(service, 'apple', { id_token })).toEqual({
    provider: 'apple',
    issuer: 'https://appleid.apple.com',
    subject: '001',
    email: 'x7@privaterelay.appleid.com',
    isAuthoritative: true,
    name: null,
    locale: null,
    amr: [],
    clientId: audiences.apple,
    isFresh: true,
    uses: [
      { hash: expect.stringMatching(/^[\w-]{43}$/), keptUntil: new Date((seconds() + 3_600 + 600) * 1000) },
      { hash: expect.stringMatching(/^[\w-]{43}$/), keptUntil: new Date((seconds() + 600 + 600) * 1000) },
    ],
  });
  const other = await appleToken({ nonce, sub: '001', iss: 'https://account.apple.com' });
  expect(await show(service, 'apple', { id_token: other })).toMatchObject({
    issuer: 'https://appleid.apple.com',
  });
});

test('of Google it shows a name, and whom the token was issued to', async () => {
  const id_token = await googleToken({ nonce, sub: '7', amr: ['pwd', 'mfa', 'pwd', 'magic', 5] });
  expect(await show(service, 'google', { id_token })).toMatchObject({
    issuer: 'https://accounts.google.com',
    subject: '7',
    isAuthoritative: true,
    name: 'Ada Lovelace',
    amr: ['pwd', 'mfa'],
    clientId: audiences.googleAndroid,
  });
});

test('of another provider it shows an address that it has verified, which proves nothing', async () => {
  const id_token = await acmeToken({ nonce, email: 'Ada@Example.test' });
  expect(await show(service, 'acme', { id_token })).toMatchObject({
    issuer: 'https://id.acme.example.test',
    email: 'ada@example.test',
    isAuthoritative: false,
    clientId: audiences.acme,
  });
});

test.for<[Name, Claims, string | null, boolean]>([
  ['google', { email: 'Ada@Gmail.com' }, 'ada@gmail.com', true],
  ['google', { email: 'ada@googlemail.com' }, 'ada@googlemail.com', true],
  ['google', { email: 'ada@example.test' }, 'ada@example.test', false],
  ['google', { email: 'ada@example.test', hd: 'example.test' }, 'ada@example.test', true],
  ['google', { email: 'ada@example.test', hd: '' }, 'ada@example.test', false],
  ['google', { email: 'ada@notgmail.com' }, 'ada@notgmail.com', false],
  ['google', { email: 'ada@gmail.com.example.test' }, 'ada@gmail.com.example.test', false],
  ['google', { email: 'ada@gmail.com', email_verified: false }, null, false],
  ['google', { email: 'ada@gmail.com', email_verified: 'false' }, null, false],
  ['google', { email: 'ada@gmail.com', email_verified: 1 }, null, false],
  ['google', { email: 'ada@gmail.com', email_verified: undefined }, null, false],
  ['google', { email: undefined }, null, false],
  ['google', { email: 'no address' }, null, false],
  ['google', { email: ['ada@gmail.com'] }, null, false],
  ['apple', { email: 'ada@icloud.com', is_private_email: 'false' }, 'ada@icloud.com', true],
  ['apple', { email: 'ada@me.com', is_private_email: undefined }, 'ada@me.com', true],
  ['apple', { email: 'ada@mac.com', email_verified: true, is_private_email: false }, 'ada@mac.com', true],
  ['apple', { email: 'ada@gmail.com', is_private_email: 'false' }, 'ada@gmail.com', false],
  [
    'apple',
    { email: 'ada@relay.apple.example.test', is_private_email: true },
    'ada@relay.apple.example.test',
    true,
  ],
  [
    'apple',
    { email: 'ada@example.test', hd: 'example.test', is_private_email: false },
    'ada@example.test',
    false,
  ],
  ['acme', { email: 'ada@gmail.com', hd: 'gmail.com', is_private_email: true }, 'ada@gmail.com', false],
])('whose word an address is: %s with %o', async ([name, claims, email, isAuthoritative]) => {
  const id_token = await issuers[name].token({ nonce, ...claims });
  expect(await show(service, name, { id_token })).toMatchObject({ email, isAuthoritative });
});

test.for<[unknown, string | null]>([
  ['  Ada \n Lovelace\u202e ', 'Ada   Lovelace'],
  ['\u0000', null],
  ['x'.repeat(500), 'x'.repeat(100)],
  [5, null],
  ['', null],
])('a name is cleaned: %j', async ([given, name]) => {
  const id_token = await issuers.google.token({ nonce, name: given });
  expect(await show(service, 'google', { id_token })).toMatchObject({ name });
});
