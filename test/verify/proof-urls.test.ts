// latchkey/verify checks a proof against the URL that the service was told, never against the host of a request. Its nonces are
// the service's own.

import * as dpop from 'dpop';
import * as oauth from 'oauth4webapi';
import { beforeAll, describe, expect, test } from 'vitest';
import { createVerifier } from '../../src/verify/create-verifier.ts';
import { newPerson } from '../mail/tables.ts';
import { issuer, password, type Service, startService } from '../service.ts';
import { expected, tokenAt } from './forgeries.ts';
import { answer, challenge, newScene, path, type Scene, seconds, url } from './verified-requests.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await newScene();
});

const good = { status: 200, sub: expect.any(String) };
const bad = { status: 401, challenge: challenge('invalid_dpop_proof') };

async function requestTo(target: string, htu: string) {
  const { headers } = await scene.request({}, { htu });
  return { method: 'GET', url: target, headers: Object.fromEntries(headers) };
}

describe('the URL', () => {
  test.for([
    [undefined, `http://10.0.0.7:3000${path}`, url],
    [undefined, `https://evil.example.test${path}?a#b`, url],
    [undefined, path, url],
    [`${expected.audience}/`, path, url],
    ['https://www.example.test', path, `https://www.example.test${path}`],
    ['https://www.example.test/api/v1', path, `https://www.example.test/api/v1${path}`],
    ['https://www.example.test/api/v1/', `http://10.0.0.7${path}`, `https://www.example.test/api/v1${path}`],
    ['https://WWW.example.test:443', path, `https://www.example.test${path}`],
    ['http://localhost:8788', path, `http://localhost:8788${path}`],
    [undefined, '/', `${expected.audience}/`],
    [undefined, '//evil.example.test/x', `${expected.audience}//evil.example.test/x`],
    [undefined, '/a%20b?c', `${expected.audience}/a%20b`],
  ])('with baseUrl %s, a request for %s is of %s', async ([baseUrl, target, htu]) => {
    const verifier = scene.verifier(baseUrl === undefined ? {} : { baseUrl });
    expect(await answer(verifier, await requestTo(target as string, htu as string))).toEqual(good);
    expect(await answer(verifier, await requestTo(target as string, `${htu}x`))).toEqual(bad);
  });

  test.for([
    [`https://evil.example.test${path}`, `https://evil.example.test${path}`],
    ['//evil.example.test/x', `${expected.audience}/x`],
    ['//evil.example.test/x', 'https://evil.example.test/x'],
    [`${path}/../other`, url],
    ['*', `${expected.audience}*`],
    ['evil.test:x', `${expected.audience}.evil.test`],
    ['', url],
    ['http://[', url],
  ])('a request for %s is not of %s', async ([target, htu]) => {
    expect(await answer(scene.verifier(), await requestTo(target as string, htu as string))).toEqual(bad);
  });

  test('a service that knows it otherwise says it with the request', async () => {
    const known = { url: 'https://www.example.test/rewritten?a' };
    const request = await requestTo('/internal', 'https://www.example.test/rewritten');
    expect(await answer(scene.verifier(), request, known)).toEqual(good);
    expect(await answer(scene.verifier(), request)).toEqual(bad);
  });

  test('one that knows none says so at once, or when a proof first comes', async () => {
    for (const baseUrl of ['api.example.test', '', 'mailto:a@b', 'https://', 'https://api.example.test/?a'])
      expect(() => scene.verifier({ baseUrl })).toThrow('baseUrl must be a URL');
    expect(() => createVerifier({ issuer, audience: 'things', dpop: 'required' })).toThrow('baseUrl');
    const elsewhere = await tokenAt(scene.signing, seconds, scene.key.jkt, 'things');
    const verifier = scene.verifier({ audience: 'things' });
    const request = await scene.request({ Authorization: `DPoP ${elsewhere}` });
    await expect(verifier.request(request)).rejects.toThrow('need the option baseUrl');
  });
});

describe('nonces', () => {
  const nonces = { offer: () => 'ours', isOurs: (nonce: string) => nonce === 'ours' };
  const late = { iat: seconds - 86_400 };

  test('of the service itself let a late device in', async () => {
    const verifier = scene.verifier({ nonces });
    expect(await answer(verifier, await scene.request({}, late))).toEqual({
      status: 401,
      challenge: challenge('use_dpop_nonce'),
      nonce: 'ours',
    });
    expect(await answer(verifier, await scene.request({}, { ...late, nonce: 'ours' }))).toEqual(good);
    expect(await answer(verifier, await scene.request({}, { ...late, nonce: 'x' }))).toMatchObject({
      nonce: 'ours',
    });
    expect(await answer(verifier, await scene.request({}, { nonce: 'x' }))).toEqual(good);
  });

  test('there are none where it has none: the proof is refused', async () => {
    expect(await answer(scene.verifier(), await scene.request({}, { ...late, nonce: 'ours' }))).toEqual(bad);
  });
});

describe('with tokens of the service, and strangers’ proofs', () => {
  /** A verifier that trusts this service, and moves with its clock. */
  const trusting = (service: Service, more = {}) =>
    createVerifier({
      ...expected,
      jwksUri: `${issuer}/.well-known/jwks.json?${crypto.randomUUID()}`,
      now: () => service.clock.now,
      async fetch() {
        return new Response((await service.call('GET', '/.well-known/jwks.json')).text);
      },
      ...more,
    });

  async function fullMode(service: Service, DPoP: string): Promise<string> {
    const { email } = await newPerson(service);
    const { body } = await service.call('POST', '/api/auth/login', {
      json: { email, password, dpop_mode: 'full' },
      headers: { DPoP },
    });
    return body.access_token;
  }

  test('panva’s dpop', async () => {
    const service = await startService();
    const keys = await dpop.generateKeyPair('ES256');
    const token = await fullMode(service, await dpop.generateProof(keys, `${issuer}/api/auth/login`, 'POST'));
    const call = async (method: string, of = token, by = keys) =>
      answer(
        trusting(service),
        new Request(`${url}?a=b`, {
          method,
          headers: {
            Authorization: `DPoP ${token}`,
            DPoP: await dpop.generateProof(by, url, 'POST', undefined, of),
          },
        }),
      );
    expect(await call('POST')).toEqual(good);
    expect(await call('PUT')).toEqual(bad);
    expect(await call('POST', `${token}x`)).toEqual(bad);
    expect(await call('POST', token, await dpop.generateKeyPair('ES256'))).toEqual({
      status: 401,
      challenge: challenge('invalid_token'),
    });
  });

  test('oauth4webapi, which finds our challenges in order and brings the nonce', async () => {
    const service = await startService();
    const keys = await oauth.generateKeyPair('ES256');
    const handle = oauth.DPoP({}, keys);
    const token = await fullMode(service, await dpop.generateProof(keys, `${issuer}/api/auth/login`, 'POST'));
    // Its clock is five minutes late; the token still lives.
    service.clock.advance(300);
    const nonces = { offer: () => 'ours', isOurs: (nonce: string) => nonce === 'ours' };
    const call = (options: object) =>
      oauth.protectedResourceRequest(token, 'GET', new URL(url), new Headers(), null, {
        DPoP: handle,
        async [oauth.customFetch](target, init) {
          const request = new Request(target, init as RequestInit);
          try {
            return Response.json(await trusting(service, options).request(request));
          } catch (error) {
            const { status, headers } = error as { status: number; headers: Record<string, string> };
            return new Response(null, { status, headers });
          }
        },
      });
    const refused = await call({}).catch((error) => error);
    expect(refused).toBeInstanceOf(oauth.WWWAuthenticateChallengeError);
    expect(refused.cause).toMatchObject([
      { scheme: 'dpop', parameters: { error: 'invalid_dpop_proof', algs: 'ES256' } },
    ]);
    const wanted = await call({ nonces }).catch((error) => error);
    expect(oauth.isDPoPNonceError(wanted)).toBe(true);
    expect((await call({ nonces })).status).toBe(200);
  });
});
