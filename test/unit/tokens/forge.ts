// Tokens of any header, payload and signature, made without the library that is under test.

import { inject } from 'vitest';
import { importKeySet, type KeySet } from '../../../src/tokens/signing-keys.ts';
import { type Verification, verifyAccessToken, verifyRefreshToken } from '../../../src/tokens/verify.ts';

export const issuer = 'https://auth.example.test';
export const audience = 'https://api.example.test';
export const userId = '0197a1b2-0000-7000-8000-00000000000a';
export const sessionId = '0197a1b2-0000-7000-8000-00000000000b';
export const now = new Date('2026-06-01T12:00:00Z');
export const nowSeconds = now.getTime() / 1000;

export type PrivateJwk = Required<Pick<JsonWebKey, 'n' | 'e' | 'd'>> & JsonWebKey & { readonly kid: string };

/** The keys of this run, as the bindings hold them. */
export const accessJwk: PrivateJwk = JSON.parse(inject('accessTokenKeys')).keys[0];
export const refreshJwk: PrivateJwk = JSON.parse(inject('refreshTokenKeys')).keys[0];

export type Kind = {
  readonly name: string;
  readonly typ: string;
  readonly otherTyp: string;
  readonly jwk: PrivateJwk;
  readonly otherJwk: PrivateJwk;
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  /** What a valid token says. */
  readonly says: unknown;
  readonly verify: (token: string, at?: Date) => Promise<Verification<unknown>>;
};

const common = { iss: issuer, sub: userId, iat: nowSeconds, exp: nowSeconds + 900, sid: sessionId };
const keySets = new Map<PrivateJwk, Promise<KeySet>>();

export function keySetOf(jwk: PrivateJwk): Promise<KeySet> {
  const keySet = keySets.get(jwk) ?? importKeySet([jwk as never]);
  keySets.set(jwk, keySet);
  return keySet;
}

export const accessKind: Kind = {
  name: 'access',
  typ: 'at+jwt',
  otherTyp: 'rt+jwt',
  jwk: accessJwk,
  otherJwk: refreshJwk,
  header: { alg: 'RS256', typ: 'at+jwt', kid: accessJwk.kid },
  claims: { ...common, aud: audience, client_id: 'app', jti: 'one', role: 'user' },
  says: { userId, sessionId, role: 'user' },
  verify: async (token, at = now) =>
    verifyAccessToken(await keySetOf(accessJwk), token, { issuer, audience, roleClaim: 'role', now: at }),
};

export const refreshKind: Kind = {
  name: 'refresh',
  typ: 'rt+jwt',
  otherTyp: 'at+jwt',
  jwk: refreshJwk,
  otherJwk: accessJwk,
  header: { alg: 'RS256', typ: 'rt+jwt', kid: refreshJwk.kid },
  claims: { ...common, aud: issuer, jti: `${sessionId}.7` },
  says: { userId, sessionId, generation: 7, issuedAt: nowSeconds, expiresAt: nowSeconds + 900 },
  verify: async (token, at = now) =>
    verifyRefreshToken(await keySetOf(refreshJwk), token, { issuer, now: at }),
};

export const kinds = [accessKind, refreshKind];

/** Signs with the private key of `jwk`, whatever the header claims. */
export async function signed(
  header: unknown,
  payload: unknown,
  jwk: JsonWebKey,
  { name = 'RSASSA-PKCS1-v1_5', hash = 'SHA-256' } = {},
): Promise<string> {
  const { kty, n, e, d, p, q, dp, dq, qi } = jwk;
  const parts = { kty, n, e, d, p, q, dp, dq, qi } as JsonWebKey;
  const key = await crypto.subtle.importKey('jwk', parts, { name, hash }, false, ['sign']);
  const input = `${encode(header)}.${encode(payload)}`;
  const signature = await crypto.subtle.sign({ name, saltLength: 32 }, key, bytes(input));
  return `${input}.${base64url(new Uint8Array(signature))}`;
}

/** Signs with HMAC under bytes that are public. */
export async function signedWithHmac(header: unknown, payload: unknown, secret: string): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', bytes(secret), algorithm, false, ['sign']);
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${base64url(new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes(input))))}`;
}

/** An object as JSON; a string as it is. */
export function encode(value: unknown): string {
  return base64url(bytes(typeof value === 'string' ? value : JSON.stringify(value)));
}

export function decodePart(token: string, part: 0 | 1): Record<string, unknown> {
  const text = token.split('.')[part]?.replaceAll('-', '+').replaceAll('_', '/') ?? '';
  return JSON.parse(atob(text));
}

/** SubjectPublicKeyInfo as PEM, as a service might publish it. */
export async function publicPem({ kty, n, e }: JsonWebKey): Promise<string> {
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('jwk', { kty, n, e } as JsonWebKey, algorithm, true, ['verify']);
  const spki = new Uint8Array((await crypto.subtle.exportKey('spki', key)) as ArrayBuffer);
  const lines = btoa(String.fromCharCode(...spki)).match(/.{1,64}/g) ?? [];
  return `-----BEGIN PUBLIC KEY-----\n${lines.join('\n')}\n-----END PUBLIC KEY-----\n`;
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new TextEncoder().encode(text));
}

function base64url(data: Uint8Array): string {
  return btoa(String.fromCharCode(...data))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
