// An access token as the service makes it, and what somebody would try who has the public keys, a key of their own, or
// another token of ours. Runs in workerd and in Node: every verifier is shown the same tokens.

import {
  base64url,
  type CryptoKey,
  exportSPKI,
  importJWK,
  type JWK,
  type JWTPayload,
  SignJWT,
  UnsecuredJWT,
} from 'jose';
import { issueAccessToken, issueRefreshToken } from '../../src/tokens/issue.ts';
import type { PrivateJwk } from '../../src/tokens/private-key-set.ts';
import { importKeySet } from '../../src/tokens/signing-keys.ts';
import { issueStatusList } from '../../src/tokens/status-list-token.ts';
import { newKey } from './new-key.ts';

export type Case = { readonly name: string; readonly token: string; readonly good: boolean };

export const expected = { issuer: 'https://auth.example.test', audience: 'https://api.example.test' };

const userId = '019b0000-0000-7000-8000-000000000001';
const sessionId = '019b0000-0000-7000-8000-000000000002';

export const claimsAt = (now: number) => ({
  issuer: expected.issuer,
  audience: expected.audience,
  clientId: 'app',
  userId,
  sessionId,
  role: 'user',
  tokenId: sessionId,
  issuedAt: now - 60,
  expiresAt: now + 840,
});

/** @param now seconds since 1970, a minute after it was issued. */
export async function tokenAt(
  signing: PrivateJwk,
  now: number,
  jkt?: string,
  audience = expected.audience,
): Promise<string> {
  return issueAccessToken(await importKeySet([signing]), { ...claimsAt(now), jkt, audience });
}

/** @param now seconds since 1970; the good tokens are good then, with a minute to spare. */
export async function tokensAndForgeries(signing: PrivateJwk, now: number): Promise<Case[]> {
  const keys = await importKeySet([signing]);
  const [publicKey] = keys.publicKeys;
  const stranger = await newKey(signing.kid);
  const strangers = await importKeySet([stranger]);
  const good = await issueAccessToken(keys, claimsAt(now));
  const [head = '', payload = '', signature = ''] = good.split('.');
  const read = (part: string) => JSON.parse(new TextDecoder().decode(base64url.decode(part)));
  const written = (part: object) => base64url.encode(JSON.stringify(part));

  /** Signed with our own key: only what is changed is wrong. */
  const changed = ({ header = {}, ...body }: JWTPayload & { header?: object }, key = keys.signing.key) =>
    new SignJWT({ ...read(payload), ...body }).setProtectedHeader({ ...read(head), ...header }).sign(key);
  /** HMAC with what everybody knows: RFC 8725, section 2.1. */
  const hmac = (secret: string) => {
    const bytes = new TextEncoder().encode(secret);
    return new SignJWT(read(payload)).setProtectedHeader({ ...read(head), alg: 'HS256' }).sign(bytes);
  };
  const pem = await exportSPKI(
    (await importJWK(publicKey as JWK, 'RS256', { extractable: true })) as CryptoKey,
  );
  const theirs = strangers.publicKeys[0];

  const forged: Record<string, string | Promise<string>> = {
    'alg none': new UnsecuredJWT(read(payload)).encode(),
    'alg none under our header': `${written({ ...read(head), alg: 'none' })}.${payload}.`,
    'alg None with our signature': `${written({ ...read(head), alg: 'None' })}.${payload}.${signature}`,
    'no signature': `${head}.${payload}.`,
    'HS256 with the modulus': hmac(publicKey?.n ?? ''),
    'HS256 with the public JWK': hmac(JSON.stringify(publicKey)),
    'HS256 with the public PEM': hmac(pem),
    'PS256 with our key': pss(signing, `${written({ ...read(head), alg: 'PS256' })}.${payload}`),
    'another key under our kid': changed({}, strangers.signing.key),
    'another key under no kid': changed({ header: { kid: undefined } }, strangers.signing.key),
    'another key under a kid of its own': changed({ header: { kid: 'theirs' } }, strangers.signing.key),
    'an embedded jwk': changed({ header: { jwk: theirs } }, strangers.signing.key),
    'an embedded jwk and no kid': changed({ header: { jwk: theirs, kid: undefined } }, strangers.signing.key),
    'a jku': changed({ header: { jku: 'https://evil.example.test/jwks.json' } }, strangers.signing.key),
    'an x5u': changed({ header: { x5u: 'https://evil.example.test/cert.pem' } }, strangers.signing.key),
    'a kid that is a path': changed({ header: { kid: '../../../dev/null' } }, strangers.signing.key),
    'a refresh token': issueRefreshToken(keys, { ...claimsAt(now), generation: 0 }),
    'a status list': issueStatusList(keys, {
      ...claimsAt(now),
      uri: expected.issuer,
      ttl: 15,
      lst: 'eNrbuRgAAhcBXQ',
    }),
    'typ rt+jwt': changed({ header: { typ: 'rt+jwt' } }),
    'typ JWT': changed({ header: { typ: 'JWT' } }),
    'no typ': changed({ header: { typ: undefined } }),
    'another iss': changed({ iss: 'https://evil.example.test' }),
    'an iss that begins like ours': changed({ iss: `${expected.issuer}.evil.test` }),
    'no iss': changed({ iss: undefined as unknown as string }),
    'another aud': changed({ aud: 'https://other.example.test' }),
    'no aud': changed({ aud: undefined as unknown as string }),
    'expired ten minutes ago': changed({ exp: now - 600 }),
    'no exp': changed({ exp: undefined as unknown as number }),
    'nbf in ten minutes': changed({ nbf: now + 600 }),
    'a changed payload': `${head}.${written({ ...read(payload), role: 'admin' })}.${signature}`,
    'a changed header': `${written({ ...read(head), x: 1 })}.${payload}.${signature}`,
    'a signature cut short': good.slice(0, -8),
  };
  return [
    { name: 'as issued', token: good, good: true },
    { name: 'with an nbf in the past', token: await changed({ nbf: now - 60 }), good: true },
    ...(await Promise.all(
      Object.entries(forged).map(async ([name, token]) => ({ name, token: await token, good: false })),
    )),
  ];
}

/** What jose would not sign: an RSA key of ours under another algorithm of the family. */
async function pss(jwk: PrivateJwk, input: string): Promise<string> {
  const algorithm = { name: 'RSA-PSS', hash: 'SHA-256' };
  const { kty, n, e, d, p, q, dp, dq, qi } = jwk;
  const key = await crypto.subtle.importKey('jwk', { kty, n, e, d, p, q, dp, dq, qi }, algorithm, false, [
    'sign',
  ]);
  const bytes = new TextEncoder().encode(input);
  const signature = await crypto.subtle.sign({ name: 'RSA-PSS', saltLength: 32 }, key, bytes);
  return `${input}.${base64url.encode(new Uint8Array(signature))}`;
}
