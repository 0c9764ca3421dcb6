// latchkey/verify and tokens that are bound to a key: accepted with the proof of that key for this request, and in no other way.

import { beforeAll, describe, expect, test } from 'vitest';
import { badProofs } from '../dpop/bad-proofs.ts';
import { newKey } from '../dpop/prover.ts';
import { expected, tokensAndForgeries } from './forgeries.ts';
import { answer, at, challenge, newScene, path, type Scene, seconds, url } from './verified-requests.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await newScene();
});

const good = { status: 200, sub: expect.any(String) };

test('a bound token with its proof is accepted, and its claims have the key', async () => {
  const claims = await scene.verifier().request(await scene.request());
  expect(claims).toMatchObject({ iss: expected.issuer, cnf: { jkt: scene.key.jkt } });
});

test('so it is in a request of Node', async () => {
  const { headers } = await scene.request();
  const request = { method: 'GET', url: `${path}?a=b`, headers: Object.fromEntries(headers) };
  expect(await answer(scene.verifier(), request)).toEqual(good);
  const twice = [request.headers['dpop'] ?? '', request.headers['dpop'] ?? ''];
  for (const dpop of [twice, twice.join(', '), [], ''])
    expect(await answer(scene.verifier(), { ...request, headers: { ...request.headers, dpop } })).toEqual({
      status: 401,
      challenge: challenge('invalid_dpop_proof'),
    });
});

test('every bad proof is refused with its challenge, and the good one is not', async () => {
  const verifier = scene.verifier({ baseUrl: expected.issuer });
  const call = { route: `GET ${path}`, at, accessToken: scene.bound };
  for (const { name, header } of await badProofs(scene.key, call)) {
    const request = await scene.request({ DPoP: header });
    expect([name, await answer(verifier, request)]).toEqual([
      name,
      { status: 401, challenge: challenge('invalid_dpop_proof') },
    ]);
  }
  const DPoP = await scene.key.proof(call.route, at, { accessToken: scene.bound });
  expect(await answer(verifier, await scene.request({ DPoP }))).toEqual(good);
});

test.for([60, -60])('%d seconds off is on time', async (off) => {
  expect(await answer(scene.verifier(), await scene.request({}, { iat: seconds + off }))).toEqual(good);
});

test('a proof of another token, without one, of another method, or none at all', async () => {
  const verifier = scene.verifier();
  const refused = { status: 401, challenge: challenge('invalid_dpop_proof') };
  for (const claims of [{ ath: undefined }, { ath: 'x' }, { htm: 'POST' }])
    expect(await answer(verifier, await scene.request({}, claims))).toEqual(refused);
  const request = await scene.request();
  expect(await answer(verifier, new Request(request, { method: 'POST' }))).toEqual(refused);
  request.headers.delete('DPoP');
  expect(await answer(verifier, request)).toEqual(refused);
});

test('a sound proof by another key', async () => {
  const DPoP = await (await newKey()).proof('GET /', at, { accessToken: scene.bound, claims: { htu: url } });
  expect(await answer(scene.verifier(), await scene.request({ DPoP }))).toEqual({
    status: 401,
    challenge: challenge('invalid_token'),
  });
});

describe('the scheme', () => {
  const invalid = { status: 401, challenge: challenge('invalid_token') };

  test('a bound token as Bearer is refused, with its proof too', async () => {
    const verifier = scene.verifier();
    const request = await scene.request({ Authorization: `Bearer ${scene.bound}` });
    expect(await answer(verifier, request)).toEqual(invalid);
    request.headers.delete('DPoP');
    expect(await answer(verifier, request)).toEqual(invalid);
    await expect(verifier(scene.bound)).rejects.toMatchObject({ name: 'InvalidTokenError', reason: 'bound' });
  });

  test('a bearer token is accepted as Bearer, whatever proof comes along, and refused as DPoP', async () => {
    const verifier = scene.verifier();
    expect(await verifier(scene.unbound)).toBeTruthy();
    for (const DPoP of ['x', (await scene.request()).headers.get('DPoP') ?? '']) {
      const request = await scene.request({ Authorization: `Bearer ${scene.unbound}`, DPoP });
      expect(await answer(verifier, request)).toEqual(good);
    }
    const ofIt = await scene.key.proof('GET /', at, { accessToken: scene.unbound, claims: { htu: url } });
    const request = await scene.request({ Authorization: `DPoP ${scene.unbound}`, DPoP: ofIt });
    expect(await answer(verifier, request)).toEqual(invalid);
  });

  test('where it is required, a bearer token is refused', async () => {
    const verifier = scene.verifier({ dpop: 'required' });
    expect(await answer(verifier, await scene.request())).toEqual(good);
    expect(await answer(verifier, await scene.request({ Authorization: `Bearer ${scene.unbound}` }))).toEqual(
      invalid,
    );
    await expect(verifier(scene.unbound)).rejects.toMatchObject({ reason: 'unbound' });
    await expect(verifier(scene.bound)).rejects.toMatchObject({ reason: 'bound' });
  });

  test.for(['', 'Bearer', 'Basic YTpi', 'DPoP', 'DPoP a b', 'Bearer a, DPoP b'])(
    'Authorization %j is none, and gets the schemes that there are',
    async (Authorization) => {
      const request = await scene.request({ Authorization });
      expect(await answer(scene.verifier(), request)).toEqual({
        status: 401,
        challenge: 'Bearer, DPoP algs="ES256"',
      });
      expect(await answer(scene.verifier({ dpop: 'required' }), request)).toEqual({
        status: 401,
        challenge: 'DPoP algs="ES256"',
      });
    },
  );
});

test('every forgery is refused under either scheme, and told in the scheme that it came with', async () => {
  const verifier = scene.verifier();
  for (const { name, token, good: isGood } of await tokensAndForgeries(scene.signing, seconds)) {
    const bearer = await scene.request({ Authorization: `Bearer ${token}` });
    expect([name, await answer(verifier, bearer)]).toEqual([
      name,
      isGood ? good : { status: 401, challenge: 'Bearer error="invalid_token"' },
    ]);
    const DPoP = await scene.key.proof('GET /', at, { accessToken: token, claims: { htu: url } });
    expect([
      name,
      await answer(verifier, await scene.request({ Authorization: `DPoP ${token}`, DPoP })),
    ]).toEqual([name, { status: 401, challenge: challenge('invalid_token') }]);
  }
});

test('where the keys cannot be had, that is what it says: nobody is to be signed out', async () => {
  const verifier = scene.verifier({ fetch: () => Promise.reject(new TypeError('down')) });
  await expect(verifier.request(await scene.request())).rejects.toMatchObject({
    name: 'KeysUnavailableError',
  });
});

test('its refusals quote neither token nor proof', async () => {
  const request = await scene.request({}, { htm: 'POST' });
  const error = await scene
    .verifier()
    .request(request)
    .catch((error: Error) => error);
  const text = `${(error as Error).message} ${JSON.stringify(error)}`;
  expect(text).toContain('htm');
  for (const part of [scene.bound, request.headers.get('DPoP') ?? ''].flatMap((token) => token.split('.')))
    expect(text).not.toContain(part);
});
