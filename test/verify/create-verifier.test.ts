import { base64url } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import { issueAccessToken } from '../../src/tokens/issue.ts';
import type { PrivateJwk } from '../../src/tokens/private-key-set.ts';
import { importKeySet } from '../../src/tokens/signing-keys.ts';
import { createVerifier } from '../../src/verify/create-verifier.ts';
import { claimsAt, expected, tokenAt, tokensAndForgeries } from './forgeries.ts';
import { newKey } from './new-key.ts';

// `latchkey/verify` in the Workers runtime, with its Cache API, and with time moved.

const hour = 3_600;
const day = 24 * hour;

let one: PrivateJwk;
let two: PrivateJwk;
beforeAll(async () => {
  [one, two] = await Promise.all([newKey(), newKey()]);
});

/** A service that shows its keys, and an isolate of a Worker that checks with them. */
async function world(...shown: readonly PrivateJwk[]) {
  let seconds = 1_800_000_000;
  let keys = await publicSet(...shown);
  let fetches = 0;
  let answer: () => Promise<Response> = async () => new Response(keys);
  // The Cache API is shared by all that runs here: each world has its own address.
  const jwksUri = `https://auth.example.test/${crypto.randomUUID()}/jwks.json`;
  const isolate = () =>
    createVerifier({
      ...expected,
      jwksUri,
      now: () => new Date(seconds * 1000),
      async fetch(request) {
        fetches += 1;
        expect(request.url).toBe(jwksUri);
        return answer();
      },
    });
  return {
    isolate,
    verify: isolate(),
    fetches: () => fetches,
    advance(by: number) {
      seconds += by;
    },
    async show(...these: readonly PrivateJwk[]) {
      keys = await publicSet(...these);
      answer = async () => new Response(keys);
    },
    answerWith(instead: () => Promise<Response>) {
      answer = instead;
    },
    tokens: (key: PrivateJwk) => tokensAndForgeries(key, seconds),
    token: (key: PrivateJwk) => tokenAt(key, seconds),
  };
}

async function publicSet(...keys: readonly PrivateJwk[]): Promise<string> {
  return JSON.stringify({ keys: (await importKeySet(keys)).publicKeys });
}

const down = () => Promise.reject(new TypeError('the network is down'));

test('it accepts what the service signs and refuses every forgery', async () => {
  const { verify, tokens } = await world(one, two);
  const cases = await tokens(one);
  for (const { name, token, good } of cases) {
    const verdict = await verify(token).then(
      () => true,
      (error: Error) => {
        expect([name, error.name]).toEqual([name, 'InvalidTokenError']);
        return false;
      },
    );
    expect([name, verdict]).toEqual([name, good]);
  }
});

test('the claims are those of the contract', async () => {
  const { verify, token } = await world(one);
  const claims = await verify(await token(one));
  expect(Object.keys(claims).sort()).toEqual(
    ['aud', 'client_id', 'exp', 'iat', 'iss', 'jti', 'role', 'sid', 'sub'].sort(),
  );
});

test('the role is read where the service says it, and a claim of the name that is for a database is not', async () => {
  const { verify } = await world(one);
  const seconds = 1_800_000_000;
  const keys = await importKeySet([one]);
  const jwksUri = `https://auth.example.test/${crypto.randomUUID()}/jwks.json`;
  const options = {
    ...expected,
    jwksUri,
    now: () => new Date(seconds * 1000),
    fetch: async () => new Response(await publicSet(one)),
  };
  const renamed = createVerifier({ ...options, roleClaim: 'app_role' });
  const claims = { ...claimsAt(seconds), role: 'user', roleClaim: 'app_role' };
  const token = await issueAccessToken(keys, { ...claims, claims: { role: 'admin', org: 'acme', sub: 'x' } });
  expect(await renamed(token)).toMatchObject({
    role: 'user',
    app_role: 'user',
    org: 'acme',
    sub: claims.userId,
  });
  await expect(verify(await issueAccessToken(keys, claims))).rejects.toMatchObject({ reason: 'invalid' });
  await expect(renamed(await tokenAt(one, seconds))).rejects.toMatchObject({ reason: 'invalid' });
});

test('it says why: expired is told from invalid and from a key that nobody has', async () => {
  const { verify, token, advance } = await world(one);
  const good = await token(one);
  await expect(verify(await token(two))).rejects.toMatchObject({ reason: 'unknown-key' });
  await expect(verify('x')).rejects.toMatchObject({ reason: 'invalid' });
  advance(840 + 4);
  expect(await verify(good)).toBeTruthy();
  advance(2);
  await expect(verify(good)).rejects.toMatchObject({ reason: 'expired' });
});

test('a token from the future is none of ours', async () => {
  const { verify, token, advance } = await world(one);
  const good = await token(one);
  advance(-60 - 6);
  await expect(verify(good)).rejects.toMatchObject({ reason: 'not-valid-yet' });
});

test('the keys are fetched once, for any number of tokens and isolates', async () => {
  const { verify, isolate, token, fetches } = await world(one);
  for (let count = 0; count < 5; count += 1) await verify(await token(one));
  expect(fetches()).toBe(1);
  await isolate()(await token(one));
  expect(fetches()).toBe(1);
});

test('an isolate begins with nothing and fetches nothing before its first token', async () => {
  const { fetches } = await world(one);
  expect(fetches()).toBe(0);
});

test('an unknown kid brings a new key in at once, and asks at most once a minute', async () => {
  const { verify, token, fetches, show, advance } = await world(one);
  await verify(await token(one));
  advance(60);
  await show(one, two);
  await verify(await token(two));
  expect(fetches()).toBe(2);

  const stranger = await newKey();
  for (let count = 0; count < 20; count += 1) {
    await expect(verify(await token(stranger))).rejects.toMatchObject({ reason: 'unknown-key' });
    advance(2);
  }
  expect(fetches()).toBe(2);
  advance(20);
  await expect(verify(await token(stranger))).rejects.toMatchObject({ reason: 'unknown-key' });
  expect(fetches()).toBe(3);
});

test('a fresh isolate that finds old keys in the Cache API asks for the key that they lack', async () => {
  const { verify, isolate, token, show, advance } = await world(one);
  await verify(await token(one));
  advance(10);
  await show(one, two);
  expect(await isolate()(await token(two))).toBeTruthy();
});

test('keys are fetched again after an hour, so that one that was taken out is no longer accepted', async () => {
  const { verify, token, fetches, show, advance } = await world(one);
  await verify(await token(one));
  await show(two);
  advance(hour - 1);
  expect(await verify(await token(one))).toBeTruthy();
  expect(fetches()).toBe(1);
  advance(1);
  await expect(verify(await token(one))).rejects.toMatchObject({ reason: 'unknown-key' });
});

test.for([
  ['cannot be reached', down],
  ['answers 503', async () => new Response('{"keys":[]}', { status: 503 })],
  ['answers with something else', async () => new Response('<html>')],
  ['answers with JSON that is no JWK Set', async () => new Response('{"keys":"none"}')],
  ['redirects', async () => Response.redirect('https://evil.example.test/jwks.json')],
] as const)('while the service %s, old keys serve for a day, in fresh isolates too', async ([, fault]) => {
  const { verify, isolate, token, fetches, answerWith, advance, show } = await world(one);
  await verify(await token(one));
  answerWith(fault);
  for (let hours = 1; hours < 24; hours += 1) {
    advance(hour);
    expect(await verify(await token(one))).toBeTruthy();
    expect(await verify(await token(one))).toBeTruthy();
  }
  // Once an hour here, since each try was more than a minute after the last; not once per token.
  expect(fetches()).toBe(24);
  expect(await isolate()(await token(one))).toBeTruthy();
  advance(hour);
  await expect(verify(await token(one))).rejects.toMatchObject({ name: 'KeysUnavailableError' });
  await show(one);
  expect(await verify(await token(one))).toBeTruthy();
});

test('an unknown kid while the service is away is nobody’s fault, however often it is shown', async () => {
  const { verify, token, answerWith, advance, fetches } = await world(one);
  await verify(await token(one));
  advance(hour / 2);
  answerWith(down);
  for (let count = 0; count < 3; count += 1) {
    await expect(verify(await token(two))).rejects.toMatchObject({ name: 'KeysUnavailableError' });
  }
  expect(fetches()).toBe(2);
  expect(await verify(await token(one))).toBeTruthy();
});

test('without any keys it is the service’s fault, and the next token tries again', async () => {
  const { verify, token, answerWith, show } = await world(one);
  answerWith(down);
  await expect(verify(await token(one))).rejects.toMatchObject({ name: 'KeysUnavailableError' });
  await show(one);
  expect(await verify(await token(one))).toBeTruthy();
});

test('a day without a token leaves nothing old in use', async () => {
  const { isolate, verify, token, fetches, advance } = await world(one);
  await verify(await token(one));
  advance(day);
  expect(await isolate()(await token(one))).toBeTruthy();
  expect(fetches()).toBe(2);
});

test('where there is no Cache API, as in Node, nothing is missed', async () => {
  const { verify, isolate, token, fetches } = await world(one);
  const caches = Reflect.get(globalThis, 'caches');
  Reflect.deleteProperty(globalThis, 'caches');
  try {
    expect(await verify(await token(one))).toBeTruthy();
    expect(await isolate()(await token(one))).toBeTruthy();
    expect(fetches()).toBe(2);
  } finally {
    Object.defineProperty(globalThis, 'caches', { value: caches, configurable: true, writable: true });
  }
});

/** A public key as its owner would show it, and the token that it signed, by Web Cryptography alone: jose refuses to. */
async function weak({ bits = 2048, exponent = [1, 0, 1] }: { bits?: number; exponent?: number[] }) {
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const pair = (await crypto.subtle.generateKey(
    { ...algorithm, modulusLength: bits, publicExponent: new Uint8Array(exponent) },
    true,
    ['sign', 'verify'],
  )) as CryptoKeyPair;
  const { kty, n, e } = (await crypto.subtle.exportKey('jwk', pair.publicKey)) as JsonWebKey;
  const sign = async (token: string) => {
    const [head, body] = token.split('.');
    const header = JSON.parse(new TextDecoder().decode(base64url.decode(head ?? '')));
    const input = `${base64url.encode(JSON.stringify({ ...header, kid: 'weak' }))}.${body}`;
    const signature = await crypto.subtle.sign(algorithm, pair.privateKey, new TextEncoder().encode(input));
    return `${input}.${base64url.encode(new Uint8Array(signature))}`;
  };
  return { jwk: { kty, n, e, kid: 'weak', alg: 'RS256', use: 'sig' }, sign };
}

test('a key of 1024 bits is none to check with: nobody’s fault but the service’s', async () => {
  const { jwk, sign } = await weak({ bits: 1024 });
  const { verify, token, answerWith } = await world(one);
  const signed = await sign(await token(one));
  answerWith(async () => Response.json({ keys: [jwk, ...JSON.parse(await publicSet(one)).keys] }));
  await expect(verify(signed)).rejects.toMatchObject({ name: 'KeysUnavailableError' });
  expect(await verify(await token(one))).toBeTruthy();
});

test('so is one with the exponent 3', async () => {
  const { jwk, sign } = await weak({ exponent: [3] });
  const { verify, token, answerWith } = await world(one);
  const signed = await sign(await token(one));
  answerWith(async () => Response.json({ keys: [jwk] }));
  await expect(verify(signed)).rejects.toMatchObject({ name: 'KeysUnavailableError' });
});

test('so is one with the exponent 1, under which anybody signs', async () => {
  const [key] = JSON.parse(await publicSet(one)).keys;
  const { verify, token, answerWith } = await world(one);
  answerWith(async () => Response.json({ keys: [{ ...key, e: 'AQ' }] }));
  await expect(verify(await token(one))).rejects.toMatchObject({ name: 'KeysUnavailableError' });
});

test.for<[string, (key: JsonWebKey) => unknown]>([
  ['that holds a key twice', (key) => [key, { ...key }]],
  ['whose key is no RSA key in truth', (key) => [{ ...key, n: '!' }]],
  ['whose modulus is missing', (key) => [{ ...key, n: undefined }]],
  ['whose modulus is a number', (key) => [{ ...key, n: 5 }]],
  ['that is no list', (key) => key],
  ['of nothing that is an object', () => [null, 5, 'text']],
  ['with a private key', () => [one]],
])('a set %s is the service’s fault', async ([, keysOf]) => {
  const [key] = JSON.parse(await publicSet(one)).keys;
  const { verify, token, answerWith } = await world(one);
  answerWith(async () => Response.json({ keys: keysOf(key) }));
  await expect(verify(await token(one))).rejects.toMatchObject({ name: 'KeysUnavailableError' });
});

test('a token has one spelling', async () => {
  const { verify, token } = await world(one);
  const good = await token(one);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  // The last character of 256 bytes has four bits that mean nothing.
  const last = alphabet[alphabet.indexOf(good.at(-1) ?? '') + 1];
  for (const spelt of [
    `${good}=`,
    `${good}==`,
    `${good} `,
    ` ${good}`,
    `${good}\n`,
    good.slice(0, -1) + last,
  ]) {
    await expect(verify(spelt)).rejects.toMatchObject({ name: 'InvalidTokenError', reason: 'invalid' });
  }
  expect(await verify(good)).toBeTruthy();
});
