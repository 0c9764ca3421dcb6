// What a DPoP proof is taken for (RFC 9449, section 4.3), rule by rule. How it is answered over HTTP: test/dpop/.

import { describe, expect, test } from 'vitest';
import { digestOf } from '../../../src/encoding.ts';
import { checkProof } from '../../../src/tokens/dpop.ts';
import { issuer } from '../../service.ts';
import { check, headerOf, key, now, payloadOf, proof, seconds } from './proofs.ts';
import { resourceRequest, thumbprint, tokenRequest } from './rfc-9449.ts';

describe('the examples of RFC 9449', () => {
  const none = { isOurNonce: async () => false };

  test('the token request of section 4.1 shows the key of section 6.1', async () => {
    expect(await checkProof(tokenRequest.proof, { ...tokenRequest, ...none })).toEqual({
      outcome: 'valid',
      jkt: thumbprint,
    });
  });

  test('the request for a resource of section 7.1 does with its access token, and with no other', async () => {
    const { proof } = resourceRequest;
    const with_ = (accessToken: string) => checkProof(proof, { ...resourceRequest, ...none, accessToken });
    expect(await with_(resourceRequest.accessToken)).toEqual({ outcome: 'valid', jkt: thumbprint });
    expect(await with_(`${resourceRequest.accessToken}x`)).toMatchObject({ outcome: 'invalid' });
  });

  test('neither is good for the other request, nor in another year', async () => {
    expect(await checkProof(tokenRequest.proof, { ...resourceRequest, ...none })).toMatchObject({
      outcome: 'invalid',
    });
    expect(await checkProof(resourceRequest.proof, { ...tokenRequest, ...none })).toMatchObject({
      outcome: 'invalid',
    });
    expect(await checkProof(tokenRequest.proof, { ...tokenRequest, ...none, now })).toEqual({
      outcome: 'nonce-required',
    });
  });
});

test('a good proof shows its key', async () => {
  expect(await check(await proof())).toEqual({ outcome: 'valid', jkt: key.jkt });
});

describe('the URL', () => {
  test.for([
    ['as it is', `${issuer}/api/auth/refresh`],
    ['with a query', `${issuer}/api/auth/refresh?a=b`],
    ['with an empty query', `${issuer}/api/auth/refresh?`],
    ['with a fragment', `${issuer}/api/auth/refresh#a`],
    ['with the default port', `${issuer}:443/api/auth/refresh`],
    ['in an upper-case host and scheme', 'HTTPS://AUTH.Example.TEST/api/auth/refresh'],
    ['with dots', `${issuer}/api/x/../auth/./refresh`],
  ])('%s is the same', async ([, htu]) => {
    expect(await check(await proof({ htu }))).toMatchObject({ outcome: 'valid' });
  });

  test.for([
    ['of another path', `${issuer}/api/auth/login`],
    ['with a trailing slash', `${issuer}/api/auth/refresh/`],
    ['with two slashes', `${issuer}//api/auth/refresh`],
    ['in an upper-case path', `${issuer}/API/auth/refresh`],
    ['of the origin alone', issuer],
    ['of another host', 'https://evil.example.test/api/auth/refresh'],
    ['of a host that begins like ours', 'https://auth.example.test.evil.test/api/auth/refresh'],
    ['of a subdomain', 'https://x.auth.example.test/api/auth/refresh'],
    ['of another port', `${issuer}:8443/api/auth/refresh`],
    ['of another scheme', 'http://auth.example.test/api/auth/refresh'],
    ['with a user', 'https://user@auth.example.test/api/auth/refresh'],
    ['with a user and a password', 'https://user:word@auth.example.test/api/auth/refresh'],
    ['in a blob', `blob:${issuer}/api/auth/refresh`],
    ['that is relative', '/api/auth/refresh'],
    ['without a scheme', '//auth.example.test/api/auth/refresh'],
    ['that is empty', ''],
    ['that is a list', [`${issuer}/api/auth/refresh`]],
    ['that is missing', undefined],
    ['that is null', null],
  ])('%s is another', async ([, htu]) => {
    expect(await check(await proof({ htu }))).toMatchObject({ outcome: 'invalid' });
  });
});

describe('the method', () => {
  test.for(['GET', 'post', 'POST ', '', null, undefined, ['POST']])('%j is another', async (htm) => {
    expect(await check(await proof({ htm }))).toMatchObject({ outcome: 'invalid' });
  });
});

describe('the time', () => {
  test.for([0, 59, 60, -60, 0.5, -59.5])('%d seconds off is on time', async (off) => {
    expect(await check(await proof({ iat: seconds + off }))).toMatchObject({ outcome: 'valid' });
  });

  test.for([61, -61, 60.5, 86_400, -86_400, 1e300, -seconds, -2 * seconds])(
    '%d seconds off needs a nonce of ours',
    async (off) => {
      const iat = seconds + off;
      expect(await check(await proof({ iat }))).toEqual({ outcome: 'nonce-required' });
      expect(await check(await proof({ iat, nonce: 'theirs' }))).toEqual({ outcome: 'nonce-required' });
      expect(await check(await proof({ iat, nonce: '' }))).toEqual({ outcome: 'nonce-required' });
      expect(await check(await proof({ iat, nonce: ['ours'] }))).toEqual({ outcome: 'nonce-required' });
      expect(await check(await proof({ iat, nonce: 'ours' }))).toEqual({ outcome: 'valid', jkt: key.jkt });
    },
  );

  test.for([undefined, null, '', String(seconds), [seconds], {}, true])(
    '%j is none, whatever the nonce',
    async (iat) => {
      expect(await check(await proof({ iat, nonce: 'ours' }))).toMatchObject({ outcome: 'invalid' });
    },
  );

  test('a number that is too large for one is none', async () => {
    const good = await proof({ nonce: 'ours' });
    const payload = JSON.stringify(payloadOf(good)).replace(/"iat":\d+/, '"iat":1e999');
    expect(await check(await key.sign(JSON.stringify(headerOf(good)), payload))).toMatchObject({
      outcome: 'invalid',
    });
  });

  test.for([{ exp: seconds - 3_600 }, { exp: seconds }, { nbf: seconds + 3_600 }])(
    '%j is of the same clock: a nonce stands in for it as well',
    async (claims) => {
      expect(await check(await proof(claims))).toEqual({ outcome: 'nonce-required' });
      expect(await check(await proof({ ...claims, nonce: 'ours' }))).toMatchObject({ outcome: 'valid' });
      const elsewhere = { ...claims, nonce: 'ours', htm: 'GET' };
      expect(await check(await proof(elsewhere))).toMatchObject({ outcome: 'invalid' });
    },
  );

  test.for([{ exp: seconds + 1 }, { nbf: seconds }])('%j is on time', async (claims) => {
    expect(await check(await proof(claims))).toMatchObject({ outcome: 'valid' });
  });

  test('a proof that is on time needs no nonce, and one that has expired does not spoil it', async () => {
    expect(await check(await proof({ nonce: 'theirs' }))).toMatchObject({ outcome: 'valid' });
  });
});

test.for([undefined, null, '', 5, ['x']])('jti %j is none', async (jti) => {
  expect(await check(await proof({ jti }))).toMatchObject({ outcome: 'invalid' });
});

describe('the access token', () => {
  const accessToken = 'a.b.c';

  test('its hash is asked for where one came, and only there', async () => {
    const ath = await digestOf(accessToken);
    expect(await check(await proof({ ath }), { accessToken })).toMatchObject({ outcome: 'valid' });
    expect(await check(await proof({ ath: 'x' }))).toMatchObject({ outcome: 'valid' });
  });

  test.for([undefined, null, '', 'x', accessToken])('ath %j is of another', async (ath) => {
    expect(await check(await proof({ ath }), { accessToken })).toMatchObject({ outcome: 'invalid' });
  });
});

test('two proofs in one header field, and what is no JWT', async () => {
  const good = await proof();
  for (const text of [
    `${good}, ${good}`,
    `${good},${good}`,
    '',
    ' ',
    'x',
    '..',
    'a.b.c',
    `${good} `,
    `${good}=`,
  ])
    expect([text, await check(text)]).toMatchObject([text, { outcome: 'invalid' }]);
});

test('2,048 characters are looked at, and not one more', async () => {
  const padding = async (length: number) => {
    const short = (await proof({ x: '' })).length;
    return proof({ x: 'x'.repeat(Math.floor(((length - short) / 4) * 3)) });
  };
  expect((await padding(2_048)).length).toBeLessThanOrEqual(2_048);
  expect(await check(await padding(2_048))).toMatchObject({ outcome: 'valid' });
  expect(await check(await padding(2_060))).toEqual({ outcome: 'invalid', reason: 'too long' });
  expect(await check(await padding(60_000))).toEqual({ outcome: 'invalid', reason: 'too long' });
});
