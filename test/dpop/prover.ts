// A device's key, and the DPoP proofs that it makes (RFC 9449, section 4.2). By Web Cryptography alone: a library refuses to
// make the bad ones.

import { base64url, calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { digestOf } from '../../src/encoding.ts';
import { expected } from '../verify/forgeries.ts';

type More = {
  readonly nonce?: string;
  /** The proof is of this token as well (`ath`). */
  readonly accessToken?: string;
  /** What a bad proof says instead; undefined leaves a claim out. */
  readonly claims?: object;
  readonly header?: object;
};

export type DeviceKey = {
  readonly jkt: string;
  readonly publicJwk: { readonly kty: string; readonly crv: string; readonly x: string; readonly y: string };
  /** @param route such as `POST /api/auth/refresh`; at the issuer of the tests. */
  proof(route: string, at: Date, more?: More): Promise<string>;
  /** ES256 over any text. */
  sign(header: string, payload: string): Promise<string>;
};

export async function newKey(): Promise<DeviceKey> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const { kty, crv, x, y } = (await exportJWK(publicKey)) as DeviceKey['publicJwk'];
  const publicJwk = { kty, crv, x, y };
  const key: DeviceKey = {
    jkt: await calculateJwkThumbprint(publicJwk as never),
    publicJwk,
    async proof(route, at, { nonce, accessToken, claims, header } = {}) {
      const [method, path] = route.split(' ');
      const payload = {
        jti: crypto.randomUUID(),
        htm: method,
        htu: expected.issuer + path,
        iat: Math.floor(at.getTime() / 1000),
        ...(nonce !== undefined && { nonce }),
        ...(accessToken !== undefined && { ath: await digestOf(accessToken) }),
        ...claims,
      };
      const head = { typ: 'dpop+jwt', alg: 'ES256', jwk: publicJwk, ...header };
      return key.sign(JSON.stringify(head), JSON.stringify(payload));
    },
    async sign(header, payload) {
      const input = `${base64url.encode(header)}.${base64url.encode(payload)}`;
      const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
      const signature = await crypto.subtle.sign(algorithm, privateKey, new TextEncoder().encode(input));
      return `${input}.${base64url.encode(new Uint8Array(signature))}`;
    },
  };
  return key;
}
