import { createHash, createSign, generateKeyPairSync, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import { rawSignature } from '../../src/client/client.ts';
import { createProof, type Proven } from '../../src/client/proof.ts';
import { checkProof } from '../../src/tokens/dpop.ts';

// What the client makes, read by the service's check and by Node's OpenSSL.

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { x = '', y = '', d } = privateKey.export({ format: 'jwk' });
const publicJwk = { kty: 'EC', crv: 'P-256', x, y } as const;
const derOf = (input: Uint8Array) => new Uint8Array(createSign('sha256').update(input).sign(privateKey));
const key = { publicJwk, sign: async (input: Uint8Array) => rawSignature(derOf(input)) };

const now = Date.parse('2026-11-28T12:00:00.900Z');
const proven: Proven = {
  method: 'POST',
  url: 'https://auth.example.test/api/auth/refresh',
  now,
  id: 'e1j3V_bKic8-LAEB',
  nonce: undefined,
  tokenHash: undefined,
};

const decoded = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString());
const check = (proof: string, rest: object = {}) =>
  checkProof(proof, {
    method: proven.method,
    url: proven.url,
    now: new Date(now),
    isOurNonce: async () => false,
    ...rest,
  });

test('a proof says what RFC 9449, section 4.2 asks for, and no more', async () => {
  const [header, claims, signature = ''] = (await createProof(key, proven)).split('.');
  expect(decoded(header)).toEqual({ typ: 'dpop+jwt', alg: 'ES256', jwk: publicJwk });
  expect(decoded(claims)).toEqual({
    jti: proven.id,
    htm: 'POST',
    htu: proven.url,
    iat: Math.floor(now / 1000),
  });
  const input = Buffer.from(`${header}.${claims}`);
  const ieee = {
    key: publicKey.export({ type: 'spki', format: 'pem' }),
    dsaEncoding: 'ieee-p1363',
  } as const;
  expect(verify('sha256', input, ieee, Buffer.from(signature, 'base64url'))).toBe(true);
});

test('the service takes it: of a hundred signatures, with a nonce, of an access token', async () => {
  for (let round = 0; round < 100; round += 1)
    expect(await check(await createProof(key, { ...proven, id: `jti ${round}` }))).toMatchObject({
      outcome: 'valid',
    });
  const late = { now: new Date(now + 86_400_000) };
  expect(await check(await createProof(key, proven), late)).toEqual({ outcome: 'nonce-required' });
  const withNonce = await createProof(key, { ...proven, nonce: 'theirs' });
  const isOurNonce = async (nonce: string) => nonce === 'theirs';
  expect(await check(withNonce, { ...late, isOurNonce })).toMatchObject({ outcome: 'valid' });
  const accessToken = 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU';
  const tokenHash = new Uint8Array(createHash('sha256').update(accessToken).digest());
  expect(await check(await createProof(key, { ...proven, tokenHash }), { accessToken })).toMatchObject({
    outcome: 'valid',
  });
});

test.for([
  ['https://auth.example.test/api/posts?page=2#top', 'https://auth.example.test/api/posts'],
  ['HTTPS://Auth.Example.Test', 'https://auth.example.test/'],
  ['https://auth.example.test?x', 'https://auth.example.test/'],
  ['https://auth.example.test/a\u{1f511}\u00e9?b', 'https://auth.example.test/a\u{1f511}\u00e9'],
])('the proof of %s is for %s', async ([url = '', htu]) => {
  const [, claims] = (await createProof(key, { ...proven, url })).split('.');
  expect(decoded(claims).htu).toBe(htu);
});

test('a private key stays out of it', async () => {
  const careless = { ...key, publicJwk: { ...publicJwk, d } };
  const [header] = (await createProof(careless, proven)).split('.');
  expect(decoded(header).jwk).toEqual(publicJwk);
});

test('a signature in DER is refused where the raw one is wanted, and the other way round', async () => {
  const der = { ...key, sign: async (input: Uint8Array) => derOf(input) };
  await expect(createProof(der, proven)).rejects.toThrow('rawSignature');
  const raw = await key.sign(new Uint8Array(3));
  for (const wrong of [raw, derOf(raw).slice(0, 60), new Uint8Array()])
    expect(() => rawSignature(wrong)).toThrow('DER');
});

test('short numbers in DER are filled up with zeros', () => {
  const raw = rawSignature(Uint8Array.from([0x30, 0x07, 0x02, 0x02, 0x00, 0x80, 0x02, 0x01, 0x05]));
  expect([raw[31], raw[63], raw.reduce((sum, byte) => sum + byte, 0)]).toEqual([0x80, 5, 0x85]);
});
