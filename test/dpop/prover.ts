// A device's key, and the DPoP proofs that it makes (RFC 9449, section 4.2).

import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose';
import { digestOf } from '../../src/encoding.ts';
import { issuer } from '../service.ts';

type More = {
  readonly nonce?: string;
  /** The proof is of this token as well (`ath`). */
  readonly accessToken?: string;
  /** What a bad proof says instead; undefined leaves a claim out. */
  readonly claims?: JWTPayload;
  readonly header?: Partial<JWTHeaderParameters>;
};

export type DeviceKey = {
  readonly jkt: string;
  /** @param route such as `POST /api/auth/refresh`; at the issuer of the tests. */
  proof(route: string, at: Date, more?: More): Promise<string>;
};

export async function newKey(): Promise<DeviceKey> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const jwk = await exportJWK(publicKey);
  return {
    jkt: await calculateJwkThumbprint(jwk),
    async proof(route, at, { nonce, accessToken, claims, header } = {}) {
      const [method, path] = route.split(' ');
      return new SignJWT({
        jti: crypto.randomUUID(),
        htm: method,
        htu: issuer + path,
        iat: Math.floor(at.getTime() / 1000),
        ...(nonce !== undefined && { nonce }),
        ...(accessToken !== undefined && { ath: await digestOf(accessToken) }),
        ...claims,
      })
        .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk, ...header } as JWTHeaderParameters)
        .sign(privateKey);
    },
  };
}
