// Signs status lists.

import { SignJWT } from 'jose';
import { algorithm, statusListType } from './kinds.ts';
import type { KeySet } from './signing-keys.ts';

/** Times are seconds since 1970 (RFC 7519, section 2, NumericDate). */
export type StatusListClaims = {
  readonly uri: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly ttl: number;
  readonly lst: string;
};

/**
 * Signs a Status List Token. Source: Token Status List, section 5.1.
 *
 * Neither `iss` nor `aud`: everybody may fetch one, and no verifier of access tokens that is careless of `typ` takes it
 * for one.
 */
export function issueStatusList(keys: KeySet, claims: StatusListClaims): Promise<string> {
  return new SignJWT({ ttl: claims.ttl, status_list: { bits: 1, lst: claims.lst } })
    .setProtectedHeader({ alg: algorithm, typ: statusListType, kid: keys.signing.kid })
    .setSubject(claims.uri)
    .setIssuedAt(claims.issuedAt)
    .setExpirationTime(claims.expiresAt)
    .sign(keys.signing.key);
}
