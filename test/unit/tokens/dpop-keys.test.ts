// Which header and key a DPoP proof may have (RFC 9449, section 4.3, checks 4 to 7).

import { base64url, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { expect, test } from 'vitest';
import { newKey } from '../../dpop/prover.ts';
import { check, headerOf, key, payloadOf, proof } from './proofs.ts';

test.for(['dpop+jwt', 'DPoP+JWT', 'application/dpop+jwt'])(
  'typ %s is a proof (RFC 7515, section 4.1.9)',
  async (typ) => {
    expect(await check(await proof({}, { typ }))).toMatchObject({ outcome: 'valid' });
  },
);

test.for([undefined, null, '', 'JWT', 'at+jwt', 'dpop', 5])('typ %j is none', async (typ) => {
  expect(await check(await proof({}, { typ }))).toMatchObject({ outcome: 'invalid' });
});

test.for([undefined, null, '', 'text', 5, [], {}])('jwk %j is no key', async (jwk) => {
  expect(await check(await proof({}, { jwk }))).toMatchObject({ outcome: 'invalid' });
});

test('what else a public key says of itself does not matter', async () => {
  const jwk = key.publicJwk;
  for (const more of [{ kid: 'x' }, { alg: 'RS256' }, { use: 'enc' }, { key_ops: ['sign'] }, { ext: false }])
    expect(await check(await proof({}, { jwk: { ...jwk, ...more } }))).toEqual({
      outcome: 'valid',
      jkt: key.jkt,
    });
});

test('a header that it must understand, and does not, is refused', async () => {
  expect(await check(await proof({}, { crit: ['x'], x: 1 }))).toMatchObject({ outcome: 'invalid' });
  expect(await check(await proof({}, { crit: ['b64'], b64: false }))).toMatchObject({
    outcome: 'invalid',
  });
});

test('another key than the one that signed', async () => {
  const { publicJwk: jwk } = await newKey();
  expect(await check(await proof({}, { jwk }))).toMatchObject({ outcome: 'invalid' });
  expect(await check(await proof({}, { jwk, kid: key.jkt }))).toMatchObject({ outcome: 'invalid' });
});

test('a key has one spelling, so that it has one thumbprint', async () => {
  const jwk = key.publicJwk;
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const bytes = base64url.decode(jwk.x);
  const spellings = [
    `${jwk.x}=`,
    ` ${jwk.x}`,
    jwk.x.slice(0, -1) + alphabet[alphabet.indexOf(jwk.x.at(-1) ?? '') + 1],
    base64url.encode(new Uint8Array([0, ...bytes])),
  ];
  for (const x of spellings)
    expect([x, await check(await proof({}, { jwk: { ...jwk, x } }))]).toMatchObject([
      x,
      { outcome: 'invalid' },
    ]);
});

test('no point of the curve', async () => {
  const jwk = key.publicJwk;
  const zero = 'A'.repeat(43);
  for (const point of [
    { y: jwk.x },
    { x: zero, y: zero },
    { x: zero },
    { y: undefined },
    { x: 5 },
    { x: '' },
  ])
    expect([point, await check(await proof({}, { jwk: { ...jwk, ...point } }))]).toMatchObject([
      point,
      { outcome: 'invalid' },
    ]);
});

test('a private key', async () => {
  const pair = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(pair.privateKey);
  const signed = await new SignJWT(payloadOf(await proof()))
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
    .sign(pair.privateKey);
  expect(await check(signed)).toMatchObject({ outcome: 'invalid' });
  const { d: _, ...publicJwk } = jwk;
  const good = await new SignJWT(payloadOf(await proof()))
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: publicJwk })
    .sign(pair.privateKey);
  expect(await check(good)).toMatchObject({ outcome: 'valid' });
});

test.for(['ES384', 'ES512', 'RS256', 'PS256', 'EdDSA'])('a key of %s', async (alg) => {
  const { privateKey, publicKey } = await generateKeyPair(alg);
  const signed = await new SignJWT(payloadOf(await proof()))
    .setProtectedHeader({ alg, typ: 'dpop+jwt', jwk: await exportJWK(publicKey) })
    .sign(privateKey);
  expect(await check(signed)).toMatchObject({ outcome: 'invalid' });
});

test('a symmetric key, which its own header shows', async () => {
  const k = base64url.encode(new Uint8Array(32));
  const signed = await new SignJWT(payloadOf(await proof()))
    .setProtectedHeader({ alg: 'HS256', typ: 'dpop+jwt', jwk: { kty: 'oct', k } as never })
    .sign(base64url.decode(k));
  expect(await check(signed)).toMatchObject({ outcome: 'invalid' });
});

test('no signature', async () => {
  const [head, payload] = (await proof()).split('.');
  const unsecured = new UnsecuredJWT(payloadOf(await proof())).encode();
  const none = base64url.encode(JSON.stringify({ ...headerOf(await proof()), alg: 'none' }));
  for (const text of [`${head}.${payload}.`, unsecured, `${none}.${payload}.`, `${none}.${payload}.AAAA`])
    expect(await check(text)).toMatchObject({ outcome: 'invalid' });
});
