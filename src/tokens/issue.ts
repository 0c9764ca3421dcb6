// Signs access and refresh tokens. Deterministic: the same claims and key give the same bytes, as RS256 has no
// randomness. A retried refresh relies on it: it gets the successor that it missed.

import { SignJWT } from 'jose';
import { accessTokenType, algorithm, refreshTokenType } from './kinds.ts';
import { compactLevel, type Level, levelClaims } from './level.ts';
import type { KeySet } from './signing-keys.ts';
import { placeOf, statusListUri } from './status-list.ts';

/** Times are seconds since 1970 (RFC 7519, section 2, NumericDate). */
export type AccessClaims = {
  readonly issuer: string;
  readonly audience: string;
  readonly clientId: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly role: string;
  /** What the token calls the role; `role` by default. */
  readonly roleClaim?: string;
  /** The application's own. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** The thumbprint of the key that it is bound to (RFC 9449, section 6.1); undefined where it is a bearer token. */
  readonly jkt?: string | undefined;
  readonly tokenId: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** Its session's, in the status lists. */
  readonly statusIndex?: number | undefined;
  readonly level?: Level | undefined;
};

/** Signs a JWT access token. Source: RFC 9068, section 2. */
export function issueAccessToken(keys: KeySet, claims: AccessClaims): Promise<string> {
  const { clientId, sessionId, role, roleClaim = 'role', jkt, issuer, statusIndex, level } = claims;
  return new SignJWT({
    ...claims.claims,
    client_id: clientId,
    sid: sessionId,
    [roleClaim]: role,
    ...levelClaims(level),
    ...confirmation(jkt),
    ...(statusIndex !== undefined && { status: statusOf(issuer, statusIndex) }),
  })
    .setProtectedHeader({ alg: algorithm, typ: accessTokenType, kid: keys.signing.kid })
    .setIssuer(claims.issuer)
    .setAudience(claims.audience)
    .setSubject(claims.userId)
    .setIssuedAt(claims.issuedAt)
    .setExpirationTime(claims.expiresAt)
    .setJti(claims.tokenId)
    .sign(keys.signing.key);
}

/** Token Status List, section 6.2. */
function statusOf(issuer: string, index: number) {
  const { list, place } = placeOf(index);
  return { status_list: { idx: place, uri: statusListUri(issuer, list) } };
}

export type RefreshClaims = {
  readonly issuer: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly generation: number;
  readonly jkt?: string | undefined;
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** These are of the next access token too, which can so be signed before the database has answered. */
  readonly statusIndex?: number | undefined;
  readonly level?: Level | undefined;
};

/** Signs a refresh token. Only the issuer consumes it, so `aud` is the issuer. `jti` is `<sid>.<generation>`. */
export function issueRefreshToken(keys: KeySet, claims: RefreshClaims): Promise<string> {
  const { sessionId, jkt, statusIndex, level } = claims;
  return new SignJWT({
    sid: sessionId,
    ...(level !== undefined && { lvl: compactLevel(level) }),
    ...confirmation(jkt),
    ...(statusIndex !== undefined && { status_index: statusIndex }),
  })
    .setProtectedHeader({ alg: algorithm, typ: refreshTokenType, kid: keys.signing.kid })
    .setIssuer(claims.issuer)
    .setAudience(claims.issuer)
    .setSubject(claims.userId)
    .setIssuedAt(claims.issuedAt)
    .setExpirationTime(claims.expiresAt)
    .setJti(`${claims.sessionId}.${claims.generation}`)
    .sign(keys.signing.key);
}

/** RFC 7800, section 3.1. */
function confirmation(jkt: string | undefined): { readonly cnf?: { readonly jkt: string } } {
  return jkt === undefined ? {} : { cnf: { jkt } };
}
