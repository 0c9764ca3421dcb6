// Headers and claims as the contract names them, to the member, and the same bytes from the same claims.

import { expect, test } from 'vitest';
import { issueAccessToken, issueRefreshToken } from '../../../src/tokens/issue.ts';
import { importKeySet } from '../../../src/tokens/signing-keys.ts';
import {
  accessJwk,
  accessKind,
  audience,
  decodePart,
  issuer,
  keySetOf,
  nowSeconds,
  refreshJwk,
  refreshKind,
  sessionId,
  userId,
} from './forge.ts';

const common = { issuer, userId, sessionId, issuedAt: nowSeconds, expiresAt: nowSeconds + 900 };
const access = { ...common, audience, clientId: 'app', role: 'admin', tokenId: 'a-token' };
const refresh = { ...common, generation: 7 };

test('an access token has the header and the claims of RFC 9068 and ours, and no other', async () => {
  const token = await issueAccessToken(await keySetOf(accessJwk), access);
  expect(decodePart(token, 0)).toEqual({ alg: 'RS256', typ: 'at+jwt', kid: accessJwk.kid });
  expect(decodePart(token, 1)).toEqual({
    iss: issuer,
    aud: audience,
    sub: userId,
    client_id: 'app',
    iat: nowSeconds,
    exp: nowSeconds + 900,
    jti: 'a-token',
    sid: sessionId,
    role: 'admin',
  });
});

test('a refresh token is for the issuer alone, and its jti is session and generation', async () => {
  const token = await issueRefreshToken(await keySetOf(refreshJwk), refresh);
  expect(decodePart(token, 0)).toEqual({ alg: 'RS256', typ: 'rt+jwt', kid: refreshJwk.kid });
  expect(decodePart(token, 1)).toEqual({
    iss: issuer,
    aud: issuer,
    sub: userId,
    iat: nowSeconds,
    exp: nowSeconds + 900,
    jti: `${sessionId}.7`,
    sid: sessionId,
  });
});

test('what is issued is valid', async () => {
  const accessToken = await issueAccessToken(await keySetOf(accessJwk), access);
  const refreshToken = await issueRefreshToken(await keySetOf(refreshJwk), refresh);
  expect(await accessKind.verify(accessToken)).toEqual({
    outcome: 'valid',
    claims: { userId, sessionId, role: 'admin' },
  });
  expect(await refreshKind.verify(refreshToken)).toEqual({
    outcome: 'valid',
    claims: { userId, sessionId, generation: 7, issuedAt: nowSeconds, expiresAt: nowSeconds + 900 },
  });
});

test('the same claims under the same key are the same bytes, in another isolate too', async () => {
  const once = await issueRefreshToken(await keySetOf(refreshJwk), refresh);
  expect(await issueRefreshToken(await keySetOf(refreshJwk), refresh)).toBe(once);
  const again = await importKeySet([refreshJwk as never]);
  expect(await issueRefreshToken(again, { ...refresh })).toBe(once);
});

test.for([
  { generation: 8 },
  { issuedAt: nowSeconds + 1 },
  { expiresAt: nowSeconds + 901 },
  { userId: sessionId },
  { issuer: audience },
])('a refresh token of other claims is another token: %j', async (other) => {
  const keys = await keySetOf(refreshJwk);
  expect(await issueRefreshToken(keys, { ...refresh, ...other })).not.toBe(
    await issueRefreshToken(keys, refresh),
  );
});
