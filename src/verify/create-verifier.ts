// `latchkey/verify`: lets a Worker of yours accept Latchkey's access tokens (RFC 9068, section 4) with its public keys alone.

import { errors, type JWTPayload, jwtVerify } from 'jose';
import { clockToleranceSeconds } from '../lifetimes.ts';
import { accessTokenType, algorithm, compactSerialization } from '../tokens/kinds.ts';
import { createKeyCache } from './key-cache.ts';

export { KeysUnavailableError } from './key-cache.ts';

export type VerifierOptions = {
  /** The service's ISSUER, such as https://auth.example.com. */
  readonly issuer: string;
  /** The service's AUDIENCE: a token for anybody else is refused. */
  readonly audience: string;
  /** Where the JWK Set is. By default `<issuer>/.well-known/jwks.json`. */
  readonly jwksUri?: string;
  /** How it is fetched; a service binding's `fetch`, for example. */
  readonly fetch?: (request: Request) => Promise<Response>;
  readonly now?: () => Date;
};

/** Times are seconds since 1970 (RFC 7519, section 2, NumericDate). */
export type AccessTokenClaims = JWTPayload & {
  readonly iss: string;
  /** The user's id. */
  readonly sub: string;
  readonly client_id: string;
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
  /** The session's id. Whether it still lives, only the service knows: the token is good until `exp`. */
  readonly sid: string;
  readonly role: string;
};

/** The token is not to be accepted: answer 401 with `WWW-Authenticate: Bearer error="invalid_token"` (RFC 6750, section 3.1). */
export class InvalidTokenError extends Error {
  readonly reason: 'expired' | 'not-valid-yet' | 'unknown-key' | 'invalid';

  constructor(reason: InvalidTokenError['reason']) {
    super(`The access token is not accepted: ${reason}`);
    this.name = 'InvalidTokenError';
    this.reason = reason;
  }
}

/**
 * Makes a verifier, once per isolate: at a module's top level is fine, as nothing is fetched before the first token.
 *
 * The verifier's errors: InvalidTokenError, which is the caller's fault (answer 401, `error="invalid_token"`), and
 * KeysUnavailableError, which is not (answer 503, so that no app logs its user out).
 */
export function createVerifier({
  issuer,
  audience,
  jwksUri = `${issuer}/.well-known/jwks.json`,
  fetch: send = (request) => fetch(request),
  now = () => new Date(),
}: VerifierOptions): (token: string) => Promise<AccessTokenClaims> {
  const keys = createKeyCache({ jwksUri, fetch: send, now });

  return async (token) => {
    if (!compactSerialization.test(token)) throw new InvalidTokenError('invalid');
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: [algorithm],
        typ: accessTokenType,
        issuer,
        audience,
        requiredClaims: ['sub', 'client_id', 'iat', 'exp', 'jti', 'sid', 'role'],
        clockTolerance: clockToleranceSeconds,
        currentDate: now(),
      });
      const claims = payload as AccessTokenClaims;
      // jose looks at `iat` only when a maximum age is asked for.
      if (claims.iat > now().getTime() / 1000 + clockToleranceSeconds)
        throw new InvalidTokenError('not-valid-yet');
      return claims;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new InvalidTokenError('expired');
      if (error instanceof errors.JWKSNoMatchingKey) throw new InvalidTokenError('unknown-key');
      if (error instanceof errors.JOSEError) throw new InvalidTokenError('invalid');
      throw error;
    }
  };
}
