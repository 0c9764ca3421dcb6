// `latchkey/verify`: verifies Latchkey's access tokens in your own Worker (RFC 9068, section 4), with the public keys
// only.

import { errors, type JWTPayload, jwtVerify } from 'jose';
import { clockToleranceSeconds } from '../lifetimes.ts';
import { accessTokenType, algorithm, compactSerialization } from '../tokens/kinds.ts';
import { createKeyCache } from '../tokens/remote-keys.ts';
import { createRequestVerifier, type ProofOptions, type RequestVerifier } from './proof.ts';
import { type LevelOptions, requireLevel } from './required-level.ts';
import { createStatusLists } from './status-list.ts';

export { KeysUnavailableError } from '../tokens/remote-keys.ts';
export { StatusUnavailableError } from './status-list.ts';
export { UnauthorizedError } from './unauthorized-error.ts';

export type VerifierOptions = ProofOptions & {
  /** The service's ISSUER, such as https://auth.example.com. */
  readonly issuer: string;
  /** The service's AUDIENCE. Tokens for another audience are refused. */
  readonly audience: string;
  /** The service's ROLE_CLAIM, where it has one: under this name tokens say the role, which is `role` of what is returned. */
  readonly roleClaim?: string;
  /** URL of the JWK Set. Default: `<issuer>/.well-known/jwks.json`. */
  readonly jwksUri?: string;
  /** Fetches the JWK Set; for example `fetch` of a service binding. */
  readonly fetch?: (request: Request) => Promise<Response>;
  readonly now?: () => Date;
  /**
   * Refuses tokens of sessions that have ended, 26 seconds after it at the latest, by the service's status lists: a fetch
   * every 15 seconds. Where the service has been away for 5 minutes, no list is recent enough: then tokens are refused
   * with StatusUnavailableError (the default), or accepted until they expire.
   */
  readonly status?: boolean | { readonly whenUnavailable?: 'refuse' | 'accept' };
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
  /** The session's id. Without `status`, the token is valid until `exp`, even where the session has ended. */
  readonly sid: string;
  /** Of the user, in Latchkey. */
  readonly role: string;
  /** When and how its user signed in (RFC 8176). Absent in tokens of versions that did not say it. */
  readonly auth_time?: number;
  readonly acr?: string;
  readonly amr?: readonly string[];
  /** Nobody has signed in: the account is a guest's. */
  readonly guest?: true;
  /** The session's place in a status list. Absent in tokens of versions without lists. */
  readonly status?: { readonly status_list: { readonly idx: number; readonly uri: string } };
  /** The key that the token is bound to: a JWK thumbprint (RFC 9449, section 6.1). Absent in bearer tokens. */
  readonly cnf?: { readonly jkt: string };
};

export type Verifier = {
  /** Of a bearer token. One that is bound to a key is refused: it says nothing without the proof of the request. */
  (token: string, options?: LevelOptions): Promise<AccessTokenClaims>;
  /**
   * Of a request with either kind of token. Throws UnauthorizedError, which has the status and the headers to answer with.
   */
  readonly request: RequestVerifier<AccessTokenClaims>;
};

/** The token is invalid: answer 401 with `WWW-Authenticate: Bearer error="invalid_token"` (RFC 6750, section 3.1). */
export class InvalidTokenError extends Error {
  readonly reason: 'expired' | 'not-valid-yet' | 'unknown-key' | 'invalid' | 'ended' | 'bound' | 'unbound';

  constructor(reason: InvalidTokenError['reason']) {
    super(`The access token is not accepted: ${reason}`);
    this.name = 'InvalidTokenError';
    this.reason = reason;
  }
}

/**
 * Creates a verifier. Call it once per isolate, for example at the top level of a module: it fetches nothing before
 * the first token.
 *
 * The verifier throws InvalidTokenError when the token is invalid (answer 401, `error="invalid_token"`),
 * UnauthorizedError when its user has to sign in once more (it has the status and the headers to answer with), and
 * KeysUnavailableError or StatusUnavailableError when it cannot tell (answer 503, so that no app logs its user out).
 */
export function createVerifier({
  issuer,
  audience,
  roleClaim = 'role',
  jwksUri = `${issuer}/.well-known/jwks.json`,
  fetch: send = (request) => fetch(request),
  now = () => new Date(),
  status = false,
  ...proofs
}: VerifierOptions): Verifier {
  const keys = createKeyCache({ jwksUri, fetch: send, now });
  const { whenUnavailable = 'refuse' } = Object(status);
  const statusOf = status && createStatusLists({ issuer, keys, fetch: send, now, whenUnavailable });

  const verifyToken = async (token: string): Promise<AccessTokenClaims> => {
    if (!compactSerialization.test(token)) throw new InvalidTokenError('invalid');
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: [algorithm],
        typ: accessTokenType,
        issuer,
        audience,
        requiredClaims: ['sub', 'client_id', 'iat', 'exp', 'jti', 'sid', roleClaim],
        clockTolerance: clockToleranceSeconds,
        currentDate: now(),
      });
      // Another claim of the name `role` is the application's, and says nothing of rights here.
      const claims = { ...payload, role: payload[roleClaim] } as AccessTokenClaims;
      // jose checks `iat` only together with `maxTokenAge`.
      if (claims.iat > now().getTime() / 1000 + clockToleranceSeconds)
        throw new InvalidTokenError('not-valid-yet');
      const session = statusOf ? await statusOf(claims) : 'active';
      if (session === 'active') return claims;
      throw new InvalidTokenError(session === 'ended' ? 'ended' : 'invalid');
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new InvalidTokenError('expired');
      if (error instanceof errors.JWKSNoMatchingKey) throw new InvalidTokenError('unknown-key');
      if (error instanceof errors.JOSEError) throw new InvalidTokenError('invalid');
      throw error;
    }
  };

  const verify = async (token: string, { require }: LevelOptions = {}) => {
    const claims = await verifyToken(token);
    if (claims.cnf !== undefined) throw new InvalidTokenError('bound');
    if (proofs.dpop === 'required') throw new InvalidTokenError('unbound');
    requireLevel(claims, require, { scheme: 'Bearer', now: now() });
    return claims;
  };
  const request = createRequestVerifier<AccessTokenClaims>({
    ...proofs,
    audience,
    now,
    verifyToken: (token) =>
      verifyToken(token).then(
        (claims) => ({ claims }),
        (error: unknown) => {
          if (error instanceof InvalidTokenError) return { refusal: error.reason };
          throw error;
        },
      ),
  });
  return Object.assign(verify, { request });
}
