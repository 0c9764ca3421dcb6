import fc from 'fast-check';
import { expect, test } from 'vitest';
import { importKeySet } from '../../src/tokens/signing-keys.ts';
import { issuer, newUser, signIn, startService } from '../service.ts';
import { asSet, newKey } from '../verify/new-key.ts';

// What others are told of the keys (RFC 7517) and of the endpoints (RFC 8414).

const documents = [
  '/.well-known/jwks.json',
  '/.well-known/oauth-authorization-server',
  '/.well-known/openid-configuration',
];

test('the JWK Set holds the access keys, each with the members that anybody may know and no others', async () => {
  const { dependencies, ...service } = await startService();
  const { status, headers, body } = await service.call('GET', '/.well-known/jwks.json');
  expect(status).toBe(200);
  expect(headers.get('Content-Type')).toBe('application/jwk-set+json');
  expect(body.keys.map((key: { kid: string }) => key.kid)).toEqual([
    ...dependencies.accessTokenKeys.verifying.keys(),
  ]);
  for (const key of body.keys) {
    expect(Object.keys(key).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    expect(key).toMatchObject({ kty: 'RSA', alg: 'RS256', use: 'sig' });
  }
});

test('no private member can appear, whatever a private key has beside its numbers', async () => {
  const secret = await newKey();
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), async (more) => {
      const { publicKeys } = await importKeySet([{ ...more, ...secret }]);
      expect(publicKeys).toEqual([
        { kty: 'RSA', alg: 'RS256', use: 'sig', kid: secret.kid, n: secret.n, e: secret.e },
      ]);
      const text = JSON.stringify(publicKeys);
      for (const hidden of ['d', 'p', 'q', 'dp', 'dq', 'qi'] as const)
        expect(text).not.toContain(secret[hidden]);
    }),
    { numRuns: 20 },
  );
});

test('the refresh keys are nobody’s business', async () => {
  const { dependencies, call } = await startService();
  const { text } = await call('GET', '/.well-known/jwks.json');
  for (const { n, kid } of dependencies.refreshTokenKeys.publicKeys) {
    expect(text).not.toContain(n);
    expect(text).not.toContain(kid);
  }
});

test('the document changes when a key comes or goes, and not when another one signs', async () => {
  const [one, two] = [await newKey(), await newKey()];
  const documentOf = async (keys: string) => {
    const service = await startService({ ACCESS_TOKEN_KEYS: keys });
    const { text, headers } = await service.call('GET', '/.well-known/jwks.json');
    return { text, tag: headers.get('ETag') };
  };
  const before = await documentOf(asSet(one, two));
  expect(await documentOf(asSet(two, one))).toEqual(before);
  const after = await documentOf(asSet(two));
  expect(after.tag).not.toBe(before.tag);
});

test.for(documents)('%s may be kept for an hour, has an entity tag, and is not sent again', async (path) => {
  const service = await startService();
  const first = await service.call('GET', path);
  expect(first.headers.get('Cache-Control')).toBe('public, max-age=3600');
  const tag = first.headers.get('ETag') ?? '';
  expect(tag).toMatch(/^"[^"]+"$/);
  expect((await service.call('GET', path)).headers.get('ETag')).toBe(tag);
  for (const condition of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
    const again = await service.call('GET', path, { headers: { 'If-None-Match': condition } });
    expect(again).toMatchObject({ status: 304, text: '', trips: 0 });
    expect(again.headers.get('ETag')).toBe(tag);
    expect(again.headers.get('Cache-Control')).toBe('public, max-age=3600');
  }
  const changed = await service.call('GET', path, { headers: { 'If-None-Match': '"other"' } });
  expect(changed).toMatchObject({ status: 200, text: first.text });
});

test('who looks for OpenID Connect finds the same, and two members that say that there are no ID tokens', async () => {
  const service = await startService();
  const { body: plain } = await service.call('GET', '/.well-known/oauth-authorization-server');
  const { body, headers } = await service.call('GET', '/.well-known/openid-configuration');
  expect(headers.get('Content-Type')).toMatch(/^application\/json/);
  expect(body).toEqual({
    ...plain,
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [],
  });
});

test('the metadata says only what is true: every endpoint is there and does what it is said to do', async () => {
  const service = await startService();
  const { body, headers } = await service.call('GET', '/.well-known/oauth-authorization-server');
  expect(headers.get('Content-Type')).toMatch(/^application\/json/);
  // RFC 8414, section 3.3: the issuer is the one that was asked.
  expect(body.issuer).toBe(issuer);
  const at = (url: string) => {
    expect(new URL(url).origin).toBe(issuer);
    return new URL(url).pathname;
  };
  const tokens = await signIn(service, (await newUser(service)).email);
  const form = (fields: Record<string, string>) => ({ body: new URLSearchParams(fields) });
  expect(body.grant_types_supported).toEqual(['refresh_token']);
  const refreshed = await service.call(
    'POST',
    at(body.token_endpoint),
    form({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token }),
  );
  expect(refreshed.status).toBe(200);
  const revoked = await service.call(
    'POST',
    at(body.revocation_endpoint),
    form({ token: tokens.refresh_token }),
  );
  expect(revoked.status).toBe(200);
  expect((await service.call('GET', at(body.jwks_uri))).body.keys.length).toBeGreaterThan(0);
  // A static asset, which this app is not asked for: test/docs opens it in a browser.
  expect(at(body.service_documentation)).toBe('/docs');
  expect(body.authorization_endpoint).toBeUndefined();
  expect(body.response_types_supported).toEqual([]);
});
