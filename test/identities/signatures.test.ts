// The signature of an ID token: algorithms, keys, headers and spellings. Then anything at all.

import fc from 'fast-check';
import { base64url } from 'jose';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Service, startService } from '../service.ts';
import { verdict } from './given.ts';
import { type Claims, type Issuers, newNonce, startIssuers, withProviders } from './issuer.ts';
import { type Algorithm, keyNamed, newSigningKey } from './signing-keys.ts';

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

type Name = keyof Issuers;

describe('the signature', () => {
  test.for<Algorithm>(['PS256', 'EdDSA', 'ES256', 'RS256'])('is taken under %s', async (algorithm) => {
    const key = keyNamed(algorithm, 'other');
    const other = await isolateThatFinds('acme', (await key).jwk);
    const id_token = await issuers.acme.token({ nonce }, { key, header: { alg: algorithm } });
    expect(await verdict(other, 'acme', { id_token })).toBe('taken');
  });

  test('is not taken under an algorithm that is not on the list, though the key is good', async () => {
    const key = keyNamed('ES384', 'other');
    const other = await isolateThatFinds('acme', (await key).jwk);
    const id_token = await issuers.acme.token({ nonce }, { key, header: { alg: 'ES384' } });
    expect(await verdict(other, 'acme', { id_token })).toMatch(told('algorithm'));
  });

  const told = (source: string) => new RegExp(`^id-token-not-accepted: .*${source}`);
  test.for<[string, (token: string) => string, RegExp]>([
    ['that is missing', (token) => token.replace(/[^.]+$/, ''), told('no JWT')],
    ['of other claims', (token) => withClaims(token, { sub: 'somebody-else' }), told('signature is wrong')],
    ['with an unknown key', (token) => withHeader(token, { kid: 'nobodys' }), told('shows no such key')],
    ['without a key', (token) => withHeader(token, { kid: undefined }), told('names no key')],
    ['of a number for a key', (token) => withHeader(token, { kid: 5 }), told('names no key')],
    ['under no algorithm', (token) => withHeader(token, { alg: 'none' }), told('algorithm')],
    ['under HMAC', (token) => withHeader(token, { alg: 'HS256' }), told('algorithm')],
    ['under SHA-1', (token) => withHeader(token, { alg: 'RS1' }), told('algorithm')],
    ['under another algorithm', (token) => withHeader(token, { alg: 'ES256' }), told('no such key')],
    ['of critical headers', (token) => withHeader(token, { crit: ['x'], x: 1 }), told('cannot be read')],
    ['that is not encoded', (token) => withHeader(token, { b64: false, crit: ['b64'] }), told('.')],
    ['with space around it', (token) => ` ${token}`, told('no JWT')],
    ['with a line end', (token) => `${token}\n`, told('no JWT')],
    ['with padding', (token) => `${token}==`, told('no JWT')],
    ['in four parts', (token) => `${token}.x`, told('no JWT')],
    ['in five parts, as an encrypted one', (token) => `${token}.xx.xx`, told('no JWT')],
    ['of nothing', () => '', told('no JWT')],
    ['of points', () => '..', told('no JWT')],
  ])('%s is none', async ([, change, expected]) => {
    const id_token = change(await issuers.apple.token({ nonce }));
    expect(await verdict(service, 'apple', { id_token })).toMatch(expected);
  });

  test.for(['at+jwt', 'logout+jwt', 'dpop+jwt', 'secevent+jwt', ''])('of a `%s` is none', async (typ) => {
    const id_token = await issuers.apple.token({ nonce }, { header: { typ } });
    expect(await verdict(service, 'apple', { id_token })).toMatch(told('no ID token \\(typ\\)'));
  });

  test('that Google made is none of Apple’s, whatever it says', async () => {
    const key = keyNamed('RS256', 'google’s');
    const id_token = await issuers.apple.token({ nonce }, { key });
    const answer = await verdict(service, 'apple', { id_token });
    expect(answer).toMatch(told('shows no such key'));
  });

  test.for<[Algorithm, object]>([
    ['RS256', { modulusLength: 1024 }],
    ['RS256', { publicExponent: Uint8Array.of(3) }],
  ])('of a weak key is nobody’s fault but the provider’s: %s %o', async ([algorithm, changed]) => {
    const key = newSigningKey(algorithm, changed);
    const other = await isolateThatFinds('apple', (await key).jwk);
    const id_token = await issuers.apple.token({ nonce }, { key });
    expect(await verdict(other, 'apple', { id_token })).toBe('service-unavailable');
  });

  test('of a key that is for encryption is none', async () => {
    const key = keyNamed('RS256', 'for encryption');
    const other = await isolateThatFinds('apple', { ...(await key).jwk, use: 'enc' });
    const id_token = await issuers.apple.token({ nonce }, { key });
    expect(await verdict(other, 'apple', { id_token })).toMatch(told('no such key'));
  });
});

test('whatever is sent, it is a problem and no fault, and no change of a token is taken', async () => {
  const good = await issuers.acme.token({ nonce });
  const [head = '', body = '', signature = ''] = good.split('.');
  const junk = fc.oneof(fc.jsonValue(), fc.constant(undefined));
  const part = fc.oneof(
    fc.string(),
    fc.base64String(),
    junk.map((value) => base64url.encode(JSON.stringify(value) ?? '')),
  );
  const mangled = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.tuple(part, part, part).map((parts) => parts.join('.')),
    fc.tuple(fc.constantFrom(head, ''), part, fc.constantFrom(signature, '')).map((parts) => parts.join('.')),
    fc
      .record({ alg: junk, kid: junk, typ: junk, crit: junk, jwk: junk })
      .map((header) => withHeader(good, header)),
    fc
      .tuple(fc.nat(good.length), fc.string({ minLength: 1, maxLength: 2 }))
      .map(([at, text]) => good.slice(0, at) + text + good.slice(at + text.length)),
    fc.nat(good.length - 1).map((length) => good.slice(0, length)),
  );
  await fc.assert(
    fc.asyncProperty(mangled, fc.oneof(fc.string(), fc.constant(nonce)), async (id_token, given) => {
      fc.pre(id_token !== good);
      expect(await verdict(service, 'acme', { id_token, nonce: given })).toMatch(/^id-token-not-accepted: /);
    }),
    { numRuns: 500 },
  );
  // Signed by the issuer, and odd.
  const claims = fc.dictionary(
    fc.constantFrom(
      'iss',
      'aud',
      'azp',
      'sub',
      'iat',
      'exp',
      'nbf',
      'nonce',
      'email',
      'email_verified',
      'hd',
      'name',
      'amr',
      'events',
    ),
    junk,
  );
  await fc.assert(
    fc.asyncProperty(claims, async (changed) => {
      const answer = await verdict(service, 'acme', { id_token: await issuers.acme.token(changed) });
      expect(answer).toMatch(/^(taken|id-token-not-accepted: .*)$/);
    }),
    { numRuns: 500 },
  );
  for (const claims of [[], null, 5, 'text']) {
    const { sign, kid } = await keyNamed('ES256', 'first');
    const input = `${base64url.encode(JSON.stringify({ alg: 'ES256', kid }))}.${base64url.encode(JSON.stringify(claims))}`;
    const id_token = `${input}.${await sign(input)}`;
    expect(await verdict(service, 'acme', { id_token })).toMatch(/claims are no object/);
  }
  expect(body).not.toBe('');
});

/** In another location: it has no keys yet. */
async function isolateThatFinds(name: Name, ...keys: JsonWebKey[]): Promise<Service> {
  const other = await startService(withProviders);
  other.clock.now = service.clock.now;
  const provider = other.dependencies.config.identityProviders.get(name);
  other.elsewhere.set(provider?.jwksUri ?? '', () => Response.json({ keys }));
  return other;
}

function withHeader(token: string, changed: Claims): string {
  const [head = '', ...rest] = token.split('.');
  return [changedPart(head, changed), ...rest].join('.');
}

function withClaims(token: string, changed: Claims): string {
  const [head = '', body = '', signature = ''] = token.split('.');
  return [head, changedPart(body, changed), signature].join('.');
}

function changedPart(part: string, changed: Claims): string {
  const old = JSON.parse(new TextDecoder().decode(base64url.decode(part)));
  return base64url.encode(JSON.stringify({ ...old, ...changed }));
}
