// The claims of an ID token, and each for which it is refused, with the reason that its developer is told.

import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { checkIdToken } from '../../src/factors/id-token.ts';
import { type Service, startService } from '../service.ts';
import { show, verdict } from './given.ts';
import { audiences, type Claims, type Issuers, newNonce, startIssuers, withProviders } from './issuer.ts';

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

  test('of another provider than Google an app has no project, whatever its ids look like', () => {
    const provider = { name: 'other', issuers: ['https://id.example.test'], audiences: [web] };
    const now = seconds();
    const claims = { iss: 'https://id.example.test', sub: '1', aud: web, iat: now, exp: now + 60 };
    const check = (more: Claims) => checkIdToken({ ...claims, ...more }, provider, { now, oldest: now });
    expect(check({ azp: web })).toMatchObject({ outcome: 'valid' });
    expect(check({ azp: audiences.googleAndroid })).toMatchObject({ outcome: 'refused' });
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
