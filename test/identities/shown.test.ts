// What an ID token shows: whose it is, whose word its address is, a name, and the claims for which it is refused.

import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Service, startService } from '../service.ts';
import { show, verdict } from './given.ts';
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

/** Of a token with our nonce, unless the claims say another. */
const verdictOf = async (name: Name, claims: Claims = {}) =>
  verdict(service, name, {
    id_token: await issuers[name].token({ nonce, ...claims }),
  });

test('of Apple it shows the identity, by its first issuer, and an address that Apple runs', async () => {
  const id_token = await issuers.apple.token({ nonce, sub: '001', email: 'X7@PrivateRelay.AppleID.com' });
  expect(await show(service, 'apple', { id_token })).toEqual({
    provider: 'apple',
    issuer: 'https://appleid.apple.com',
    subject: '001',
    email: 'x7@privaterelay.appleid.com',
    isAuthoritative: true,
    name: null,
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
])('a name is cleaned: %o', async ([given, name]) => {
  const id_token = await issuers.google.token({ nonce, name: given });
  expect(await show(service, 'google', { id_token })).toMatchObject({ name });
});

describe('the claims', () => {
  const other = 'com.example.other';
  const web = audiences.google;
  test.for<[Name, string, (now: number) => Claims, RegExp | 'taken']>([
    ['apple', 'of another issuer', () => ({ iss: 'https://accounts.google.com' }), /another issuer/],
    [
      'apple',
      'of an issuer with a slash more',
      () => ({ iss: 'https://appleid.apple.com/' }),
      /another issuer/,
    ],
    ['apple', 'of a list of issuers', () => ({ iss: ['https://appleid.apple.com'] }), /another issuer/],
    ['apple', 'of nobody', () => ({ iss: undefined }), /another issuer/],
    ['google', 'of Google without the scheme', () => ({ iss: 'accounts.google.com' }), 'taken'],
    ['apple', 'for another app', () => ({ aud: other }), /another app/],
    ['apple', 'for nobody', () => ({ aud: undefined }), /another app/],
    ['apple', 'for an empty list', () => ({ aud: [] }), /another app/],
    ['apple', 'for an object', () => ({ aud: { 0: audiences.apple } }), /another app/],
    ['apple', 'for a list of us', () => ({ aud: [audiences.apple] }), 'taken'],
    ['apple', 'for us and another', () => ({ aud: [audiences.apple, other] }), /another app/],
    [
      'apple',
      'for us and another, issued to us',
      () => ({ aud: [other, audiences.apple], azp: audiences.apple }),
      'taken',
    ],
    [
      'apple',
      'for us and another, issued to it',
      () => ({ aud: [other, audiences.apple], azp: other }),
      /another app/,
    ],
    ['apple', 'for us, issued to another', () => ({ azp: other }), /another app/],
    ['acme', 'for us, issued to a list', () => ({ azp: [audiences.acme] }), /another app/],
    ['google', 'for us, issued to us', () => ({ azp: web }), 'taken'],
    ['google', 'for us, issued to nobody', () => ({ azp: undefined }), 'taken'],
    [
      'google',
      'for us, issued to another project',
      () => ({ azp: web.replace('1234567890', '1234567891') }),
      /another app/,
    ],
    [
      'google',
      'for us, issued to a longer number',
      () => ({ azp: web.replace('1234567890', '12345678901') }),
      /another app/,
    ],
    [
      'google',
      'for us, issued to what only begins like us',
      () => ({ azp: '1234567890-x.example.test' }),
      /another app/,
    ],
    ['google', 'for us and another, issued to an app of ours', () => ({ aud: [web, other] }), /another app/],
    ['google', 'for another, issued to an app of ours', () => ({ aud: other }), /another app/],
    ['apple', 'without a subject', () => ({ sub: undefined }), /subject/],
    ['apple', 'with an empty subject', () => ({ sub: '' }), /subject/],
    ['apple', 'with a number for a subject', () => ({ sub: 5 }), /subject/],
    ['apple', 'with a subject of 255 characters', () => ({ sub: 'x'.repeat(255) }), 'taken'],
    ['apple', 'with a subject of 256 characters', () => ({ sub: 'x'.repeat(256) }), /subject/],
    ['apple', 'with NUL in the subject', () => ({ sub: 'a\u0000' }), /subject/],
    ['apple', 'with half a character for a subject', () => ({ sub: '\ud800' }), /subject/],
    ['apple', 'that do not say when they were made', () => ({ iat: undefined }), /times/],
    ['apple', 'that never end', () => ({ exp: undefined }), /times/],
    ['apple', 'whose end is text', (now) => ({ exp: String(now + 60) }), /times/],
    ['apple', 'of 5 seconds from now', (now) => ({ iat: now + 5 }), 'taken'],
    ['apple', 'of 7 seconds from now', (now) => ({ iat: now + 7 }), /future/],
    ['apple', 'not valid for 5 seconds', (now) => ({ nbf: now + 5 }), 'taken'],
    ['apple', 'not valid for 7 seconds', (now) => ({ nbf: now + 7 }), /not valid yet/],
    ['apple', 'not valid before text', () => ({ nbf: 'now' }), /not valid yet/],
    ['apple', 'that ended 15 minutes ago', (now) => ({ exp: now - 900 }), /expired/],
    ['apple', 'of 71 minutes ago', (now) => ({ iat: now - 71 * 60 }), /more than an hour old/],
    [
      'apple',
      'of a logout',
      () => ({ events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }),
      /no ID token/,
    ],
    ['apple', 'without an address', () => ({ email: undefined, email_verified: undefined }), 'taken'],
  ])('of %s: %s', async ([name, , claims, expected]) => {
    const answer = await verdictOf(name, claims(seconds()));
    if (expected === 'taken') expect(answer).toBe('taken');
    else
      expect(answer).toMatch(
        new RegExp(`^id-token-not-accepted: The ID token was refused: .*${expected.source}`),
      );
  });

  test('are fresh until they end, or for an hour, with 5 seconds for clocks that differ', async () => {
    const fresh = async (claims: Claims) => {
      const id_token = await issuers.apple.token({ nonce, ...claims });
      return (await show(service, 'apple', { id_token })).isFresh;
    };
    const now = service.clock.now.getTime() / 1000;
    expect(await fresh({ exp: now - 4.9 })).toBe(true);
    expect(await fresh({ exp: now - 5 })).toBe(false);
    expect(await fresh({ iat: now - 3_599.9 })).toBe(true);
    expect(await fresh({ iat: now - 3_600 })).toBe(false);
  });
});
