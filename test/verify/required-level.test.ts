// latchkey/verify and how recent and sure a sign-in has to be: what a token says of it decides, and a refusal asks for more.

import { SignJWT } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import { importKeySet } from '../../src/tokens/signing-keys.ts';
import { InvalidTokenError, UnauthorizedError } from '../../src/verify/create-verifier.ts';
import { expected } from './forgeries.ts';
import { at, newScene, path, type Scene, seconds, url } from './verified-requests.ts';

let scene: Scene;
let key: CryptoKey;
let kid: string;
beforeAll(async () => {
  scene = await newScene();
  ({
    signing: { key, kid },
  } = await importKeySet([scene.signing]));
});

/** A token of the service that says this besides. */
const tokenWith = (claims: object) =>
  new SignJWT({ client_id: 'app', sid: crypto.randomUUID(), role: 'user', ...claims })
    .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid })
    .setIssuer(expected.issuer)
    .setAudience(expected.audience)
    .setSubject(crypto.randomUUID())
    .setIssuedAt(seconds - 1)
    .setExpirationTime(seconds + 900)
    .setJti(crypto.randomUUID())
    .sign(key);

const old = { auth_time: seconds - 601, acr: 'aal1', amr: ['pwd'] };
const recent = { ...old, auth_time: seconds - 600 };
const sure = { ...old, acr: 'aal2' };

type Required = { readonly maxAge?: number; readonly acr?: 'aal1' | 'aal2' };

async function challengeTo(claims: object, require: Required): Promise<string | undefined> {
  const token = await tokenWith(claims);
  const verify = scene.verifier();
  const request = new Request(url, { headers: { Authorization: `Bearer ${token}` } });
  const answers = await Promise.all(
    [verify(token, { require }), verify.request(request, { require })].map((answer) =>
      answer.then(
        () => undefined,
        (error: unknown) => {
          if (error instanceof UnauthorizedError) return error.headers['WWW-Authenticate'];
          throw error;
        },
      ),
    ),
  );
  expect(answers[1]).toBe(answers[0]);
  return answers[0];
}

const refused = (more: string) => `Bearer error="insufficient_user_authentication", ${more}`;

test('a sign-in has to be recent where that is asked for', async () => {
  expect(await challengeTo(recent, { maxAge: 600 })).toBeUndefined();
  expect(await challengeTo(old, { maxAge: 600 })).toBe(refused('max_age="600"'));
  expect(await challengeTo(old, {})).toBeUndefined();
});

test('and sure: the level is named where it is short, and there alone', async () => {
  expect(await challengeTo(sure, { acr: 'aal2' })).toBeUndefined();
  expect(await challengeTo(sure, { acr: 'aal1' })).toBeUndefined();
  expect(await challengeTo(recent, { acr: 'aal2' })).toBe(refused('acr_values="aal2"'));
  expect(await challengeTo(recent, { acr: 'aal2', maxAge: 600 })).toBe(
    refused('acr_values="aal2", max_age="600"'),
  );
  expect(await challengeTo(sure, { acr: 'aal2', maxAge: 600 })).toBe(refused('max_age="600"'));
});

test.for([{}, { auth_time: String(seconds) }, { acr: ['aal2'], auth_time: null }])(
  'a token that does not say it is neither (%j)',
  async (claims) => {
    expect(await challengeTo(claims, {})).toBeUndefined();
    expect(await challengeTo(claims, { maxAge: 600 })).toBe(refused('max_age="600"'));
    expect(await challengeTo(claims, { acr: 'aal1' })).toBe(refused('acr_values="aal1"'));
  },
);

test('what nobody knows is met by nothing', async () => {
  expect(await challengeTo(sure, { acr: 'aal3' as 'aal2' })).toBe(refused('acr_values="aal3"'));
  expect(await challengeTo(recent, { maxAge: Number.NaN })).toBeDefined();
});

test('a token that is bound to a key is asked for the same, once its proof is good, with the scheme DPoP', async () => {
  const token = await tokenWith({ ...old, cnf: { jkt: scene.key.jkt } });
  const request = async (proof: string) =>
    new Request(url, { headers: { Authorization: `DPoP ${token}`, DPoP: proof } });
  const DPoP = await scene.key.proof(`GET ${path}`, at, { accessToken: token, claims: { htu: url } });
  const verify = scene.verifier();
  const require = { maxAge: 600 };
  await expect(verify.request(await request(DPoP), { require })).rejects.toMatchObject({
    status: 401,
    headers: {
      'WWW-Authenticate': 'DPoP error="insufficient_user_authentication", max_age="600", algs="ES256"',
    },
  });
  await expect(verify.request(await request('none'), { require })).rejects.toMatchObject({
    headers: { 'WWW-Authenticate': 'DPoP error="invalid_dpop_proof", algs="ES256"' },
  });
  expect(await verify.request(await request(DPoP), { require: { maxAge: 601 } })).toMatchObject(old);
});

test('a token that is no good is refused as that', async () => {
  await expect(scene.verifier()('x.y.z', { require: { maxAge: 600 } })).rejects.toBeInstanceOf(
    InvalidTokenError,
  );
});
