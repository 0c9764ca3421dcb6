// Verifies tokens. Pure: no I/O, and the time is a parameter. Whether the session still exists is for the database to
// say. Source: RFC 8725 (JWT Best Current Practices), section 3.

import { errors, type JWTPayload, jwtVerify } from 'jose';
import { clockToleranceSeconds } from '../lifetimes.ts';
import { accessTokenType, algorithm, compactSerialization, refreshTokenType } from './kinds.ts';
import { type Level, levelIn, levelOf } from './level.ts';
import type { KeySet } from './signing-keys.ts';

export type Verification<Claims> =
  | { readonly outcome: 'valid'; readonly claims: Claims }
  /** The claims are for the log only: an expired token grants nothing. */
  | { readonly outcome: 'expired'; readonly claims: Claims | undefined }
  /** Apart from `invalid`: an unknown `kid` is more likely our mistake in a key rotation than a forgery. */
  | { readonly outcome: 'unknown-key'; readonly kid: string }
  /** The reason is for the log only: the client learns no more than that the token is not valid. */
  | { readonly outcome: 'invalid'; readonly reason: string };

export type VerifiedAccess = {
  readonly userId: string;
  readonly sessionId: string;
  readonly role: string;
  /** The thumbprint of the key that it is bound to; undefined where it is a bearer token. */
  readonly jkt: string | undefined;
  /** How and when its user signed in. Absent in tokens of versions that did not say it, as it is below. */
  readonly level: Level | undefined;
};
export type VerifiedRefresh = {
  readonly userId: string;
  readonly sessionId: string;
  readonly generation: number;
  readonly jkt: string | undefined;
  /** Seconds since 1970. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** Absent in tokens from before there were status lists. */
  readonly statusIndex: number | undefined;
  readonly level: Level | undefined;
};

/** Why a token was refused, for the log. Never quotes the token. */
export function refusalReason(refused: Exclude<Verification<unknown>, { outcome: 'valid' }>): string {
  return refused.outcome === 'invalid' ? `invalid: ${refused.reason}` : refused.outcome;
}

type Expected = { readonly issuer: string; readonly audience: string; readonly now: Date };

/** Verifies an access token. Never throws on untrusted input. */
export function verifyAccessToken(
  keys: KeySet,
  token: string,
  { roleClaim, ...expected }: Expected & { readonly roleClaim: string },
): Promise<Verification<VerifiedAccess>> {
  return verify(keys, token, accessTokenType, expected, ({ sub, sid, [roleClaim]: role, cnf, ...claims }) =>
    isUuid(sub) && isUuid(sid) && typeof role === 'string'
      ? { userId: sub, sessionId: sid, role, jkt: thumbprintOf(cnf), level: levelOf(claims) }
      : undefined,
  );
}

/** Verifies a refresh token, whose audience is its issuer. Never throws on untrusted input. */
export function verifyRefreshToken(
  keys: KeySet,
  token: string,
  { issuer, now }: Omit<Expected, 'audience'>,
): Promise<Verification<VerifiedRefresh>> {
  return verify(
    keys,
    token,
    refreshTokenType,
    { issuer, audience: issuer, now },
    ({ sub, sid, jti, iat, exp, cnf, lvl, status_index: index }) => {
      const generation = /^([0-9a-f-]{36})\.(0|[1-9]\d{0,8})$/.exec(jti ?? '');
      return isUuid(sub) && isUuid(sid) && generation?.[1] === sid && iat !== undefined && exp !== undefined
        ? {
            userId: sub,
            sessionId: sid,
            generation: Number(generation[2]),
            jkt: thumbprintOf(cnf),
            issuedAt: iat,
            expiresAt: exp,
            statusIndex: typeof index === 'number' ? index : undefined,
            level: levelIn(lvl),
          }
        : undefined;
    },
  );
}

async function verify<Claims>(
  keys: KeySet,
  token: string,
  typ: string,
  { issuer, audience, now }: Expected,
  read: (payload: JWTPayload) => Claims | undefined,
): Promise<Verification<Claims>> {
  if (!compactSerialization.test(token)) return { outcome: 'invalid', reason: 'not a compact JWS' };
  try {
    const { payload } = await jwtVerify(
      token,
      // Keys come from our own set only. `jwk`, `jku` and `x5u` of the header are never read (RFC 8725, section
      // 3.10).
      ({ kid, typ: presented }) => {
        if (typeof kid !== 'string') throw new NoKeyError('kid is missing');
        const key = keys.verifying.get(kid);
        // Access and refresh tokens have separate keys. A token of the other kind is the client's mistake, not an
        // unknown key.
        if (!key)
          throw presented === typ ? new UnknownKeyError(kid) : new NoKeyError('a token of another kind');
        return key;
      },
      {
        algorithms: [algorithm],
        typ,
        issuer,
        audience,
        requiredClaims: ['sub', 'iat', 'exp', 'jti', 'sid'],
        clockTolerance: clockToleranceSeconds,
        currentDate: now,
      },
    );
    // jose checks `iat` only together with `maxTokenAge`. We never issue a token with a time in the future.
    if ((payload.iat ?? 0) > now.getTime() / 1000 + clockToleranceSeconds)
      return { outcome: 'invalid', reason: 'iat is in the future' };
    const claims = read(payload);
    return claims ? { outcome: 'valid', claims } : { outcome: 'invalid', reason: 'claims of another form' };
  } catch (error) {
    if (error instanceof UnknownKeyError) return { outcome: 'unknown-key', kid: error.kid };
    if (error instanceof errors.JWTExpired) return { outcome: 'expired', claims: read(error.payload) };
    if (error instanceof NoKeyError) return { outcome: 'invalid', reason: error.message };
    if (error instanceof errors.JWTClaimValidationFailed)
      return { outcome: 'invalid', reason: `${error.claim} ${error.reason}` };
    // The code, not the message: the message may quote the token.
    if (error instanceof errors.JOSEError) return { outcome: 'invalid', reason: error.code };
    throw error;
  }
}

class NoKeyError extends Error {}

class UnknownKeyError extends Error {
  readonly kid: string;
  constructor(kid: string) {
    super('unknown key');
    this.kid = kid;
  }
}

/** RFC 9449, section 6.1. */
function thumbprintOf(cnf: unknown): string | undefined {
  const { jkt } = Object(cnf);
  return typeof jkt === 'string' ? jkt : undefined;
}

function isUuid(value: unknown): value is string {
  return (
    typeof value === 'string' && /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(value)
  );
}
