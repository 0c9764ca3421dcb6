// Any change of a good DPoP proof: nothing throws, and it is taken for what the rules say.

import fc from 'fast-check';
import { base64url } from 'jose';
import { expect, test } from 'vitest';
import type { ProofCheck } from '../../../src/tokens/dpop.ts';
import { check, key, proof, seconds } from './proofs.ts';

const json = fc.oneof(fc.jsonValue(), fc.constantFrom('', 'POST', 0, seconds, -1, 1e300, null, [], {}));
const claims = ['jti', 'htm', 'htu', 'iat', 'nonce', 'ath', 'exp', 'nbf', 'iss', 'aud', 'sub', '__proto__'];

test('of a claim: never throws, and is valid only as the rules say', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...claims), fc.option(json, { nil: undefined }), async (name, value) => {
      const outcome = (await check(await proof({ [name]: value }))).outcome;
      expect([name, value, outcome]).toEqual([name, value, ruled(name, value)]);
    }),
    { numRuns: 500 },
  );
});

test('of a header: never throws, and is never another key', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('typ', 'jwk', 'kid', 'jku', 'x5c', 'cty', 'crit', 'b64'),
      fc.option(json, { nil: undefined }),
      async (name, value) => {
        const checked = await check(await proof({}, { [name]: value }));
        if (['typ', 'jwk', 'crit'].includes(name) && value !== undefined)
          expect(checked.outcome).toBe('invalid');
        if (checked.outcome === 'valid') expect(checked.jkt).toBe(key.jkt);
      },
    ),
    { numRuns: 300 },
  );
});

test('of a member of the key: never throws, and shows no other key', async () => {
  const jwk = key.publicJwk;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('kty', 'crv', 'x', 'y', 'd', 'k', 'n', 'kid', 'alg'),
      json,
      async (name, value) => {
        const checked = await check(await proof({}, { jwk: { ...jwk, [name]: value } }));
        expect(checked.outcome).toBe('kty crv x y d'.split(' ').includes(name) ? 'invalid' : 'valid');
        if (checked.outcome === 'valid') expect(checked.jkt).toBe(key.jkt);
      },
    ),
    { numRuns: 300 },
  );
});

test('of any character makes it invalid', async () => {
  const good = await proof();
  await fc.assert(
    fc.asyncProperty(
      fc.nat(good.length - 1),
      fc.string({ unit: 'binary', maxLength: 2 }),
      async (place, text) => {
        const changed = good.slice(0, place) + text + good.slice(place + 1);
        fc.pre(changed !== good);
        expect((await check(changed)).outcome).toBe('invalid');
      },
    ),
    { numRuns: 500 },
  );
});

test('any text at all is invalid', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
      expect((await check(text)).outcome).toBe('invalid');
      const dotted = `${base64url.encode(text)}.${base64url.encode(text)}.AAAA`;
      expect((await check(dotted)).outcome).toBe('invalid');
    }),
  );
});

/** What a proof with this claim is, read from section 4.3 and not from the code. */
function ruled(name: string, value: unknown): ProofCheck['outcome'] {
  switch (name) {
    case 'jti':
      return typeof value === 'string' && value !== '' ? 'valid' : 'invalid';
    case 'htm':
      return value === 'POST' ? 'valid' : 'invalid';
    case 'htu':
      return 'invalid';
    case 'iat':
      if (typeof value !== 'number') return 'invalid';
      return Math.abs(value - seconds) <= 60 ? 'valid' : 'nonce-required';
    case 'exp':
      if (value === undefined) return 'valid';
      if (typeof value !== 'number') return 'invalid';
      return value > seconds ? 'valid' : 'nonce-required';
    case 'nbf':
      if (value === undefined) return 'valid';
      if (typeof value !== 'number') return 'invalid';
      return value <= seconds ? 'valid' : 'nonce-required';
    default:
      return 'valid';
  }
}
