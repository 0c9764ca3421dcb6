// What a token says of itself, decided without I/O and without a clock of its own. Source: RFC 8725 (JWT BCP), section 3.

import { errors, type JWTPayload, jwtVerify } from 'jose';
import { clockToleranceSeconds } from '../lifetimes.ts';
import { accessTokenType, algorithm, compactSerialization, refreshTokenType } from './kinds.ts';
import type { KeySet } from './signing-keys.ts';

/** `unknown-key` is told apart because a `kid` that we do not have is more likely our mistake with keys than a forgery. */
export type Verdict<Claims> =
  | { readonly verdict: 'valid'; readonly claims: Claims }
  /** Whose it was is for the log: it opens nothing. */
  | { readonly verdict: 'expired'; readonly claims: Claims | undefined }
  | { readonly verdict: 'unknown-key'; readonly kid: string }
  /** `why` is for the log: a stranger is told no more than that it is not valid. */
  | { readonly verdict: 'invalid'; readonly why: string };

export type VerifiedAccess = { readonly userId: string; readonly sessionId: string; readonly role: string };
export type VerifiedRefresh = {
  readonly userId: string;
  readonly sessionId: string;
  readonly generation: number;
  /** Seconds since 1970. */
  readonly issuedAt: number;
  readonly expiresAt: number;
};

/** Why a token was refused, in words for the log: none of the token's own. */
export function refusalOf(verdict: Exclude<Verdict<unknown>, { verdict: 'valid' }>): string {
  return verdict.verdict === 'invalid' ? `invalid: ${verdict.why}` : verdict.verdict;
}

type Expected = { readonly issuer: string; readonly audience: string; readonly now: Date };

/** Never throws on what a stranger sends. */
export function verifyAccessToken(
  keys: KeySet,
  token: string,
  expected: Expected,
): Promise<Verdict<VerifiedAccess>> {
  return verify(keys, token, accessTokenType, expected, ({ sub, sid, role }) =>
    isUuid(sub) && isUuid(sid) && typeof role === 'string'
      ? { userId: sub, sessionId: sid, role }
      : undefined,
  );
}

/** Never throws on what a stranger sends. The audience of a refresh token is its issuer. */
export function verifyRefreshToken(
  keys: KeySet,
  token: string,
  { issuer, now }: Omit<Expected, 'audience'>,
): Promise<Verdict<VerifiedRefresh>> {
  return verify(
    keys,
    token,
    refreshTokenType,
    { issuer, audience: issuer, now },
    ({ sub, sid, jti, iat, exp }) => {
      const generation = /^([0-9a-f-]{36})\.(0|[1-9]\d{0,8})$/.exec(jti ?? '');
      return isUuid(sub) && isUuid(sid) && generation?.[1] === sid && iat !== undefined && exp !== undefined
        ? { userId: sub, sessionId: sid, generation: Number(generation[2]), issuedAt: iat, expiresAt: exp }
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
): Promise<Verdict<Claims>> {
  if (!compactSerialization.test(token)) return { verdict: 'invalid', why: 'not a compact JWS' };
  try {
    const { payload } = await jwtVerify(
      token,
      // The set alone gives the key: `jwk`, `jku` and `x5u` of the header are never looked at (RFC 8725, section 3.10).
      ({ kid, typ: presented }) => {
        if (typeof kid !== 'string') throw new NoKeyError('kid is missing');
        const key = keys.verifying.get(kid);
        // The other kind has keys of its own: a token of it is in the wrong place, and no mistake of ours.
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
    // jose looks at `iat` only when a maximum age is asked for; a token from the future is no token of ours.
    if ((payload.iat ?? 0) > now.getTime() / 1000 + clockToleranceSeconds)
      return { verdict: 'invalid', why: 'iat is in the future' };
    const claims = read(payload);
    return claims ? { verdict: 'valid', claims } : { verdict: 'invalid', why: 'claims of another form' };
  } catch (error) {
    if (error instanceof UnknownKeyError) return { verdict: 'unknown-key', kid: error.kid };
    if (error instanceof errors.JWTExpired) return { verdict: 'expired', claims: read(error.payload) };
    if (error instanceof NoKeyError) return { verdict: 'invalid', why: error.message };
    if (error instanceof errors.JWTClaimValidationFailed)
      return { verdict: 'invalid', why: `${error.claim} ${error.reason}` };
    // Not its message, which may quote the token.
    if (error instanceof errors.JOSEError) return { verdict: 'invalid', why: error.code };
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

function isUuid(value: unknown): value is string {
  return (
    typeof value === 'string' && /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(value)
  );
}
