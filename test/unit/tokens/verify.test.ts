// What is refused, and as what. Every forgery but the unsigned ones bears a signature that is right for its bytes.

import { describe, expect, it, test } from 'vitest';
import {
  audience,
  encode,
  issuer,
  type Kind,
  kinds,
  nowSeconds,
  publicPem,
  refreshKind,
  sessionId,
  signed,
  signedWithHmac,
  userId,
} from './forge.ts';

const valid = (kind: Kind) => signed(kind.header, kind.claims, kind.jwk);
const withHeader = (kind: Kind, more: object) => signed({ ...kind.header, ...more }, kind.claims, kind.jwk);
const withClaims = (kind: Kind, more: object) => signed(kind.header, { ...kind.claims, ...more }, kind.jwk);

/** The valid token with its first and second part as they are, and another signature. */
async function withSignature(kind: Kind, change: (signature: string) => string): Promise<string> {
  const [header, payload, signature = ''] = (await valid(kind)).split('.');
  return `${header}.${payload}.${change(signature)}`;
}

describe.for(kinds)('a token of kind $name', (kind) => {
  it('is valid as it was issued', async () => {
    expect(await kind.verify(await valid(kind))).toEqual({ outcome: 'valid', claims: kind.says });
  });

  it.for<[string, (kind: Kind) => Promise<string> | string]>([
    [
      'unsigned, alg none',
      ({ header, claims }) => `${encode({ ...header, alg: 'none' })}.${encode(claims)}.`,
    ],
    [
      'unsigned, alg NoNe',
      ({ header, claims }) => `${encode({ ...header, alg: 'NoNe' })}.${encode(claims)}.`,
    ],
    ['alg none under a right signature', (kind) => withHeader(kind, { alg: 'none' })],
    ['without alg', (kind) => withHeader(kind, { alg: undefined })],
    ['alg a number', (kind) => withHeader(kind, { alg: 256 })],
    [
      'HS256 with the public PEM as its secret',
      async ({ header, claims, jwk }) =>
        signedWithHmac({ ...header, alg: 'HS256' }, claims, await publicPem(jwk)),
    ],
    [
      'HS256 with the modulus as its secret',
      ({ header, claims, jwk }) => signedWithHmac({ ...header, alg: 'HS256' }, claims, jwk.n),
    ],
    [
      'RS384 by the same key',
      ({ header, claims, jwk }) => signed({ ...header, alg: 'RS384' }, claims, jwk, { hash: 'SHA-384' }),
    ],
    [
      'RS512 by the same key',
      ({ header, claims, jwk }) => signed({ ...header, alg: 'RS512' }, claims, jwk, { hash: 'SHA-512' }),
    ],
    [
      'PS256 by the same key',
      ({ header, claims, jwk }) => signed({ ...header, alg: 'PS256' }, claims, jwk, { name: 'RSA-PSS' }),
    ],
    [
      'RS256 by name, PS256 in truth',
      ({ header, claims, jwk }) => signed(header, claims, jwk, { name: 'RSA-PSS' }),
    ],
    ['by another key under the same kid', ({ header, claims, otherJwk }) => signed(header, claims, otherJwk)],
    [
      'by another key that it brings along as jwk',
      ({ header, claims, otherJwk: { kty, n, e, ...jwk } }) =>
        signed({ ...header, jwk: { kty, n, e } }, claims, { kty, n, e, ...jwk } as JsonWebKey),
    ],
    [
      'by another key that it points to with jku and x5u',
      ({ header, claims, otherJwk }) =>
        signed({ ...header, jku: 'https://evil.test/jwks', x5u: 'https://evil.test/x5u' }, claims, otherJwk),
    ],
    ['without kid', (kind) => withHeader(kind, { kid: undefined })],
    ['kid null', (kind) => withHeader(kind, { kid: null })],
    ['kid a number', (kind) => withHeader(kind, { kid: 5 })],
    ['kid an object', (kind) => withHeader(kind, { kid: { length: 3 } })],
    ['kid an array of the right one', (kind) => withHeader(kind, { kid: [kind.jwk.kid] })],
    ['crit with an extension nobody knows', (kind) => withHeader(kind, { crit: ['exp'], exp: 1 })],
    ['crit empty', (kind) => withHeader(kind, { crit: [] })],
    ['b64 false and critical', (kind) => withHeader(kind, { b64: false, crit: ['b64'] })],
    ['typ JWT', (kind) => withHeader(kind, { typ: 'JWT' })],
    ['without typ', (kind) => withHeader(kind, { typ: undefined })],
    ['typ of the other kind, by the right key', (kind) => withHeader(kind, { typ: kind.otherTyp })],
    ['typ an array', (kind) => withHeader(kind, { typ: [kind.typ] })],
    ['zip', (kind) => withHeader(kind, { zip: 'DEF', crit: ['zip'] })],
    ['another issuer', (kind) => withClaims(kind, { iss: 'https://evil.test' })],
    ['the issuer with a slash', (kind) => withClaims(kind, { iss: `${issuer}/` })],
    ['the issuer in an array', (kind) => withClaims(kind, { iss: [issuer] })],
    ['without issuer', (kind) => withClaims(kind, { iss: undefined })],
    ['another audience', (kind) => withClaims(kind, { aud: 'https://evil.test' })],
    [
      'the audience of the other kind',
      (kind) => withClaims(kind, { aud: kind === refreshKind ? audience : issuer }),
    ],
    ['other audiences', (kind) => withClaims(kind, { aud: ['https://evil.test', 'https://b.test'] })],
    ['no audience in the array', (kind) => withClaims(kind, { aud: [] })],
    ['without audience', (kind) => withClaims(kind, { aud: undefined })],
    ['without sub', (kind) => withClaims(kind, { sub: undefined })],
    ['without sid', (kind) => withClaims(kind, { sid: undefined })],
    ['without jti', (kind) => withClaims(kind, { jti: undefined })],
    ['without exp', (kind) => withClaims(kind, { exp: undefined })],
    ['without iat', (kind) => withClaims(kind, { iat: undefined })],
    ['exp a string', (kind) => withClaims(kind, { exp: String(nowSeconds + 900) })],
    ['iat a string', (kind) => withClaims(kind, { iat: String(nowSeconds) })],
    ['exp null', (kind) => withClaims(kind, { exp: null })],
    ['nbf 6 s ahead', (kind) => withClaims(kind, { nbf: nowSeconds + 6 })],
    ['iat 6 s ahead', (kind) => withClaims(kind, { iat: nowSeconds + 6 })],
    ['sub not a UUID', (kind) => withClaims(kind, { sub: "' or 1=1" })],
    ['sub in capitals', (kind) => withClaims(kind, { sub: userId.toUpperCase() })],
    ['sid not a UUID', (kind) => withClaims(kind, { sid: 'session' })],
    ['sid with a line after it', (kind) => withClaims(kind, { sid: `${sessionId}\n` })],
    ['sid a number', (kind) => withClaims(kind, { sid: 1 })],
    ['a payload that is an array', (kind) => signed(kind.header, [kind.claims], kind.jwk)],
    ['a payload that is null', (kind) => signed(kind.header, 'null', kind.jwk)],
    ['a payload that is not JSON', (kind) => signed(kind.header, '{"iss":', kind.jwk)],
    ['a header that is not JSON', (kind) => signed('RS256', kind.claims, kind.jwk)],
    ['a header that is an array', (kind) => signed([kind.header], kind.claims, kind.jwk)],
    ['a signature cut by a character', (kind) => withSignature(kind, (all) => all.slice(0, -1))],
    ['half a signature', (kind) => withSignature(kind, (all) => all.slice(0, all.length / 2))],
    ['a signature with more behind it', (kind) => withSignature(kind, (all) => `${all}AAAA`)],
    ['a signature with a bit that means nothing', (kind) => withSignature(kind, withUnusedBit)],
    ['no signature', (kind) => withSignature(kind, () => '')],
    ['a signature of zeros', (kind) => withSignature(kind, (all) => 'A'.repeat(all.length))],
    ['four parts', async (kind) => `${await valid(kind)}.AAAA`],
    ['two parts', async (kind) => (await valid(kind)).split('.').slice(0, 2).join('.')],
    ['five parts, as an encrypted one has', async (kind) => `${await valid(kind)}.AAAA.AAAA`],
    ['another payload under the same signature', async (kind) => swappedPayload(kind)],
    ['nothing', () => ''],
    ['two dots', () => '..'],
    ['whitespace', () => ' \n'],
    ['not ASCII', () => 'é.ü.ß'],
    ['half a surrogate pair', () => '\ud800.\ud800.\ud800'],
    ['NUL', () => '\0'],
    ['10,000 letters', () => 'a'.repeat(10_000)],
    ['three parts of 10,000 letters', () => Array(3).fill('a'.repeat(10_000)).join('.')],
  ])('is refused: %s', async ([, forge]) => {
    expect(await kind.verify(await forge(kind))).toMatchObject({ outcome: 'invalid' });
  });

  it.for([' ', '\n', '\t'])('is refused with whitespace before, after or in it: %j', async (space) => {
    const token = await valid(kind);
    const middle = token.indexOf('.') + 5;
    for (const spaced of [
      space + token,
      token + space,
      token.slice(0, middle) + space + token.slice(middle),
    ]) {
      expect((await kind.verify(spaced)).outcome).toBe('invalid');
    }
  });

  it('names a key that we do not have: told apart, with the kid', async () => {
    expect(await kind.verify(await withHeader(kind, { kid: 'gone' }))).toEqual({
      outcome: 'unknown-key',
      kid: 'gone',
    });
  });

  it.for(['', '__proto__', 'constructor'])('names no key by %j', async (kid) => {
    expect((await kind.verify(await withHeader(kind, { kid }))).outcome).toBe('unknown-key');
  });

  it('is of the wrong kind rather than of an unknown key where the other kind is presented', async () => {
    const other = kinds.find((candidate) => candidate !== kind) ?? kind;
    expect(await kind.verify(await valid(other))).toMatchObject({ outcome: 'invalid' });
  });

  it('is valid for ours among several audiences (RFC 7519, section 4.1.3)', async () => {
    const aud = ['https://other.test', kind.claims['aud']];
    expect((await kind.verify(await withClaims(kind, { aud }))).outcome).toBe('valid');
  });

  it('is valid with a typ in full or in capitals (RFC 7515, section 4.1.9)', async () => {
    for (const typ of [`application/${kind.typ}`, kind.typ.toUpperCase()]) {
      expect((await kind.verify(await withHeader(kind, { typ }))).outcome).toBe('valid');
    }
  });

  it.for([
    [4, 'valid'],
    [5, 'expired'],
    [6, 'expired'],
  ] as const)('expired %i s ago: %s', async ([ago, outcome]) => {
    expect((await kind.verify(await withClaims(kind, { exp: nowSeconds - ago }))).outcome).toBe(outcome);
  });

  it.for(['nbf', 'iat'])('is valid where %s is ahead by no more than the tolerance', async (claim) => {
    for (const ahead of [4, 5]) {
      expect((await kind.verify(await withClaims(kind, { [claim]: nowSeconds + ahead }))).outcome).toBe(
        'valid',
      );
    }
  });

  it('keeps nothing of what it was told before: the next moment is judged anew', async () => {
    const token = await valid(kind);
    expect((await kind.verify(token)).outcome).toBe('valid');
    expect((await kind.verify(token, new Date((nowSeconds + 906) * 1000))).outcome).toBe('expired');
  });
});

test.for([
  ['of another session', '0197a1b2-0000-7000-8000-00000000000c.7'],
  ['without a generation', sessionId],
  ['with an empty generation', `${sessionId}.`],
  ['with leading zeros', `${sessionId}.07`],
  ['with a negative generation', `${sessionId}.-1`],
  ['with a fraction', `${sessionId}.1.5`],
  ['with an exponent', `${sessionId}.1e3`],
  ['with a sign', `${sessionId}.+7`],
  ['beyond what the database counts', `${sessionId}.2147483647`],
  ['beyond what a number holds', `${sessionId}.9007199254740993`],
  ['with a line behind it', `${sessionId}.7\n`],
  ['with digits of another script', `${sessionId}.٧`],
  ['in capitals', `${sessionId.toUpperCase()}.7`],
])('a refresh token is refused with a jti %s', async ([, jti]) => {
  expect(await refreshKind.verify(await withClaims(refreshKind, { jti }))).toMatchObject({
    outcome: 'invalid',
  });
});

test.for([5, null, [], {}, true])(
  'a refresh token is refused with a jti that is no string: %j',
  async (jti) => {
    expect(await refreshKind.verify(await withClaims(refreshKind, { jti }))).toMatchObject({
      outcome: 'invalid',
    });
  },
);

test.for([0, 1, 999_999_999])('a refresh token has the generation %i', async (generation) => {
  const token = await withClaims(refreshKind, { jti: `${sessionId}.${generation}` });
  expect(await refreshKind.verify(token)).toMatchObject({ outcome: 'valid', claims: { generation } });
});

test.for([undefined, null, 5, ['admin'], {}])('an access token is refused with the role %j', async (role) => {
  const [access] = kinds as [Kind, Kind];
  expect(await access.verify(await withClaims(access, { role }))).toMatchObject({ outcome: 'invalid' });
});

async function swappedPayload(kind: Kind): Promise<string> {
  const [header, , signature] = (await valid(kind)).split('.');
  return `${header}.${encode({ ...kind.claims, sub: '0197a1b2-0000-7000-8000-0000000000ff' })}.${signature}`;
}

/** The last character of 256 bytes has four bits that mean nothing. */
function withUnusedBit(signature: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return signature.slice(0, -1) + alphabet[alphabet.indexOf(signature.at(-1) ?? '') + 1];
}
