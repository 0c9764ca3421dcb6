import { compactVerify, importJWK } from 'jose';
import { expect, test } from 'vitest';
import { createProof } from '../../src/client/proof.ts';
import { textOf } from '../documents/markdown.ts';

// The proof that the refresh protocol shows byte by byte is one, by the key that it names, and as the client makes it.

const text = textOf('src/client/refresh-protocol.md');

test('the worked example is what the client sends', async () => {
  const [header = '', claims = ''] = [...text.matchAll(/^```json\n(\{"(?:typ|jti)".*\})\n```$/gm)].map(
    ([, json]) => json,
  );
  const shown = /^```text\n(eyJ[\w-]+\.)\n([\w-]+\.)\n([\w-]+)\n```$/m.exec(text)?.slice(1).join('') ?? '';
  const { jwk } = JSON.parse(header);
  const { jti, htm, htu, iat } = JSON.parse(claims);
  const { payload } = await compactVerify(shown, await importJWK(jwk, 'ES256'));
  expect(new TextDecoder().decode(payload)).toBe(claims);
  const key = { publicJwk: jwk, sign: async () => new Uint8Array(64) };
  const now = iat * 1000;
  const ours = await createProof(key, {
    method: htm,
    url: htu,
    now,
    id: jti,
    nonce: undefined,
    tokenHash: undefined,
  });
  expect(ours.split('.').slice(0, 2)).toEqual(shown.split('.').slice(0, 2));
  expect(Buffer.from(shown.split('.')[0] ?? '', 'base64url').toString()).toBe(header);
});

test('so is the hash of an access token', async () => {
  const [, token, hash] = /That of `([\w.~-]+)`\s+is `([\w-]+)`/.exec(text) ?? [];
  const tokenHash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token)));
  const publicJwk = { kty: 'EC', crv: 'P-256', x: '', y: '' } as const;
  const key = { publicJwk, sign: async () => new Uint8Array(64) };
  const rest = { method: 'GET', url: 'https://a.test/', now: 0, id: 'x', nonce: undefined };
  const [, claims = ''] = (await createProof(key, { ...rest, tokenHash })).split('.');
  expect(JSON.parse(Buffer.from(claims, 'base64url').toString()).ath).toBe(hash);
});
