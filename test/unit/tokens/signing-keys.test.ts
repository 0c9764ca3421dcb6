// One key signs, every key verifies, and nothing private is ever among what can be published.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { issueRefreshToken } from '../../../src/tokens/issue.ts';
import { importKeySet } from '../../../src/tokens/signing-keys.ts';
import { verifyRefreshToken } from '../../../src/tokens/verify.ts';
import { accessJwk, decodePart, issuer, now, nowSeconds, refreshJwk, sessionId, userId } from './forge.ts';

const claims = { issuer, userId, sessionId, generation: 0, issuedAt: nowSeconds, expiresAt: nowSeconds + 60 };
const rotated = [
  { ...accessJwk, kid: 'new' },
  { ...refreshJwk, kid: 'old' },
] as never[];
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi'] as const;
/** What Web Cryptography looks at, and so would refuse in another form. */
const membersOfAJwk = new Set('kty use key_ops alg ext crv x y d n e p q dp dq qi oth k kid'.split(' '));

test('the first key signs', async () => {
  const token = await issueRefreshToken(await importKeySet(rotated), claims);
  expect(decodePart(token, 0)['kid']).toBe('new');
});

test('every key verifies, whichever stands first', async () => {
  const keys = await importKeySet(rotated);
  for (const order of [rotated, rotated.toReversed()]) {
    const token = await issueRefreshToken(await importKeySet(order), claims);
    expect((await verifyRefreshToken(keys, token, { issuer, now })).outcome).toBe('valid');
  }
});

test('a key that was taken out is unknown', async () => {
  const token = await issueRefreshToken(await importKeySet(rotated.slice(1)), claims);
  expect(await verifyRefreshToken(await importKeySet(rotated.slice(0, 1)), token, { issuer, now })).toEqual({
    outcome: 'unknown-key',
    kid: 'old',
  });
});

test('the public keys are all there, in their order, with what RFC 7517 lets the world know', async () => {
  const { publicKeys } = await importKeySet(rotated);
  expect(publicKeys).toEqual([
    { kty: 'RSA', alg: 'RS256', use: 'sig', kid: 'new', n: accessJwk.n, e: accessJwk.e },
    { kty: 'RSA', alg: 'RS256', use: 'sig', kid: 'old', n: refreshJwk.n, e: refreshJwk.e },
  ]);
});

test('no private member is ever public, whatever else a key holds', async () => {
  const names = fc.oneof(
    fc.constantFrom('x5c', 'password', '__proto__', 'toJSON', 'constructor'),
    fc.string(),
  );
  await fc.assert(
    fc.asyncProperty(fc.dictionary(names, fc.jsonValue()), fc.boolean(), async (more, first) => {
      const others = Object.entries(more).filter(([name]) => !membersOfAJwk.has(name));
      const key = { ...Object.fromEntries(others), ...refreshJwk };
      const { publicKeys } = await importKeySet((first ? [key, accessJwk] : [accessJwk, key]) as never[]);
      for (const jwk of publicKeys) {
        expect(Object.keys(jwk).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
      }
      const published = JSON.stringify(publicKeys);
      for (const member of privateMembers) {
        expect(published).not.toContain(refreshJwk[member]);
        expect(published).not.toContain(accessJwk[member]);
      }
    }),
    { numRuns: 50 },
  );
});

test('keys in memory do what they are for and cannot be exported', async () => {
  const { signing, verifying } = await importKeySet(rotated);
  expect([signing.key.type, signing.key.usages, signing.key.extractable]).toEqual([
    'private',
    ['sign'],
    false,
  ]);
  for (const key of verifying.values()) expect([key.type, key.usages]).toEqual(['public', ['verify']]);
});

test('a set without a key is refused', async () => {
  await expect(importKeySet([])).rejects.toThrow('at least one key');
});
