// The check of oidc-provider, which nobody here wrote, takes and refuses the same proofs as ours, but for a list of differences
// that each have a reason.

import fc from 'fast-check';
import { base64url } from 'jose';
import { expect, test } from 'vitest';
import { checkProof } from '../../src/tokens/dpop.ts';
import { expected } from '../verify/forgeries.ts';
import { badProofs } from './bad-proofs.ts';
import { type Call, methodOf, theirs, urlOf, type Verdict } from './oidc-provider.ts';
import { newKey } from './prover.ts';

const accessTokenOf = ({ accessToken }: Call) => (accessToken === undefined ? {} : { accessToken });

async function ours(proof: string, { route, accessToken }: Call): Promise<Verdict> {
  const checked = await checkProof(proof, {
    method: methodOf(route),
    url: urlOf(route),
    now: new Date(),
    accessToken,
    isOurNonce: async () => false,
  });
  return checked.outcome === 'valid' ? { jkt: checked.jkt } : 'refused';
}

const refresh: Call = { route: 'POST /api/auth/refresh' };
const resource: Call = { route: 'GET /api/users/me', accessToken: 'a.b.c' };
const key = await newKey();

test.for([refresh, resource])('of $route both take the good one and refuse every bad one', async (call) => {
  const good = await key.proof(call.route, new Date(), accessTokenOf(call));
  expect([await theirs(good, call), await ours(good, call)]).toEqual([{ jkt: key.jkt }, { jkt: key.jkt }]);
  for (const { name, header } of await badProofs(key, { ...call, at: new Date() })) {
    // They take an empty header for none.
    if (name === 'empty') continue;
    const their = takenByThem.includes(name) ? { jkt: key.jkt } : 'refused';
    expect([name, await theirs(header, call)]).toEqual([name, their]);
    expect([name, await ours(header, call)]).toEqual([name, 'refused']);
  }
});

/** Of the table of bad proofs: they have no limit of length, and allow five minutes. */
const takenByThem = ['60 KB of a claim', 'a huge jti', 'a minute and a second ago', 'in two minutes'];

test('what is random both take or refuse alike', async () => {
  const nothing = fc.constant(undefined);
  const junk = fc.oneof(fc.jsonValue(), nothing);
  const seconds = () => Math.floor(Date.now() / 1000);
  const url = urlOf(refresh.route);
  const { publicJwk: jwk } = key;
  const claims = fc.record(
    {
      jti: fc.oneof(fc.string(), junk),
      htm: fc.oneof(fc.constantFrom('POST', 'post', 'GET'), junk),
      htu: fc.oneof(
        fc.constantFrom(
          url,
          `${url}?a`,
          `${url}#a`,
          `${url}/`,
          url.toUpperCase(),
          `x${url}`,
          'https://u@auth.example.test/api/auth/refresh',
        ),
        fc.webUrl().map((other) => url.replace(expected.issuer, new URL(other).origin)),
        fc.webPath().map((path) => url + path),
        junk,
      ),
      iat: fc.oneof(
        fc.integer({ min: -50, max: 50 }).map((off) => seconds() + off),
        fc.integer({ min: 302, max: 1e9 }).map((off) => seconds() - off),
        fc.integer({ min: 360, max: 1e9 }).map((off) => seconds() + off),
        junk,
      ),
      exp: fc.oneof(
        fc.integer({ min: 10, max: 1e9 }).map((off) => seconds() + off),
        junk,
      ),
      nbf: fc.oneof(
        fc.integer({ min: 10, max: 1e9 }).map((off) => seconds() - off),
        junk,
      ),
      ath: junk,
      iss: junk,
    },
    { requiredKeys: [] },
  );
  const header = fc.record(
    {
      typ: fc.oneof(fc.constantFrom('dpop+jwt', 'DPOP+JWT', 'application/dpop+jwt', 'JWT'), junk),
      alg: fc.oneof(fc.constantFrom('ES256', 'es256', 'ES384', 'none', 'HS256'), junk),
      jwk: fc.oneof(
        fc.constantFrom(
          { ...jwk, kid: 'x' },
          { ...jwk, d: jwk.x },
          { ...jwk, y: jwk.x },
          { ...jwk, crv: 'P-384' },
        ),
        fc.record({ kty: fc.constantFrom('EC', 'RSA', 'oct'), crv: junk, x: junk, y: junk }),
        junk,
      ),
      kid: fc.string(),
      crit: junk,
      x5c: junk,
    },
    { requiredKeys: [] },
  );
  const seen = { taken: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.constant({}), claims),
      fc.oneof(fc.constant({}), header),
      async (changed, head) => {
        const proof = await key.proof(refresh.route, new Date(), { claims: changed, header: head });
        const [their, our] = [await theirs(proof, refresh), await ours(proof, refresh)];
        seen[our === 'refused' ? 'refused' : 'taken'] += 1;
        expect([changed, head, our]).toEqual([changed, head, their]);
      },
    ),
    { numRuns: 3_000 },
  );
  expect(seen.taken).toBeGreaterThan(300);
  expect(seen.refused).toBeGreaterThan(300);
});

test.for<[string, Verdict, Verdict, () => Promise<string>]>([
  // Contract, section 7: no store of jtis, so the window is what bounds a replay.
  [
    'a proof of two minutes ago: a minute for us, five for them',
    { jkt: key.jkt },
    'refused',
    () => of({ iat: ago(120) }),
  ],
  // A nonce replaces the time, and where the time is right none is needed: a client may bring one that has expired.
  ['a nonce that is not ours beside the right time', 'refused', { jkt: key.jkt }, () => of({ nonce: 'x' })],
  ['a nonce that is no text beside the right time', 'refused', { jkt: key.jkt }, () => of({ nonce: 5 })],
  // Of the key we read the point alone.
  [
    'a key that says it is for encrypting',
    'refused',
    { jkt: key.jkt },
    () => of({}, { jwk: { ...key.publicJwk, use: 'enc' } }),
  ],
  // Contract, section 1: a field's length is checked before anything costlier is done to it.
  ['2,100 characters', { jkt: key.jkt }, 'refused', () => of({ x: 'x'.repeat(2_100) })],
  // One text a token (src/tokens/kinds.ts).
  ['padding', { jkt: key.jkt }, 'refused', async () => `${await of({})}==`],
  // One text a key: the thumbprint is of the text.
  [
    'a key in another spelling',
    { jkt: expect.any(String) as never },
    'refused',
    () => of({}, { jwk: { ...key.publicJwk, x: `${key.publicJwk.x}=` } }),
  ],
])('they differ over %s', async ([, their, our, make]) => {
  const proof = await make();
  expect(await theirs(proof, refresh)).toEqual(their);
  expect(await ours(proof, refresh)).toEqual(our);
});

const ago = (seconds: number) => Math.floor(Date.now() / 1000) - seconds;
const of = (claims: object, header: object = {}) => key.proof(refresh.route, new Date(), { claims, header });

test('any changed character: both refuse', async () => {
  const good = await of({});
  await fc.assert(
    fc.asyncProperty(fc.nat(good.length - 1), fc.constantFrom(...'Ab-_09'), async (place, character) => {
      fc.pre(good[place] !== character);
      const changed = good.slice(0, place) + character + good.slice(place + 1);
      // The last characters of a signature have bits that mean nothing: one text a token, for us.
      if (base64url.encode(base64url.decode(changed.split('.')[2] ?? '')) !== changed.split('.')[2]) return;
      expect([await theirs(changed, refresh), await ours(changed, refresh)]).toEqual(['refused', 'refused']);
    }),
    { numRuns: 500 },
  );
});
