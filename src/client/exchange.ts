// The refresh request (RFC 6749, section 6), and the mapping of token responses to stored sessions.

import type { TokenResponse } from './api-types.ts';
import type { Binding } from './binding.ts';
import { NetworkError, type ProblemError, problemOf } from './errors.ts';
import type { Started } from './session-types.ts';
import { loginOf, type StoredSession } from './store.ts';
import { attempt, type Fetch, type Limit, type Timing } from './transport.ts';

export type Exchange = {
  readonly refreshUrl: string;
  readonly fetch: Fetch;
  readonly timing: Timing;
  readonly tokensIn: TokensIn;
  readonly binding: Binding;
};

/** Reads the tokens of a response body. @throws NetworkError when the response is not the service's. */
export type TokensIn = (answer: Partial<TokenResponse> | null) => TokenResponse;

/**
 * One refresh request, without retries.
 *
 * @throws ProblemError, which may say that the tokens will never work again.
 * @throws DeviceKeyError when the key of the session cannot be used; KeyGoneError when it never will be.
 * @throws NetworkError after which it is unknown whether the tokens were spent. Repeating the same request is safe.
 */
export function spendTokens(parts: Exchange, session: StoredSession, limit: Limit): Promise<TokenResponse> {
  const { deviceKey, refreshKey, refreshToken } = session;
  const send = deviceKey ? parts.binding.fetchAs(deviceKey) : parts.fetch;
  return attempt(parts.timing, limit, async (signal) => {
    const response = await send(parts.refreshUrl, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': refreshKey },
      // Empty with `inCookies`: the browser sends the refresh token as a cookie.
      body: JSON.stringify({
        refresh_token: refreshToken || undefined,
        ...(deviceKey && parts.binding.fields),
      }),
      signal,
    });
    if (!response.ok) throw await problemOf(response);
    return parts.tokensIn((await response.json()) as Partial<TokenResponse> | null);
  });
}

/** The service received no refresh token. With `inCookies` this means that the cookie is gone. */
export function isMissingToken({ problem }: ProblemError): boolean {
  return problem.errors?.some(({ pointer }) => pointer === '/refresh_token') ?? false;
}

/**
 * Scripts cannot read HttpOnly cookies. The stored refresh token is empty, and a random string stands for the access
 * token, so that token responses can be told apart.
 */
export function tokensInCookies(newKey: () => string): TokensIn {
  return (answer) => tokensInBody({ ...answer, access_token: newKey(), refresh_token: '' });
}

export function tokensInBody(answer: Partial<TokenResponse> | null): TokenResponse {
  const { access_token, refresh_token, session_id, expires_in } = answer ?? {};
  const texts = [access_token, refresh_token, session_id];
  if (typeof expires_in === 'number' && texts.every((text) => typeof text === 'string')) {
    return answer as TokenResponse;
  }
  throw new NetworkError('The answer holds no tokens.');
}

function sessionOf(
  tokens: TokenResponse,
  rest: Pick<StoredSession, 'askedAt' | 'refreshKey' | 'login' | 'refreshes' | 'isGuest'>,
  deviceKey: string | null | undefined,
): StoredSession {
  return {
    ...rest,
    ...(deviceKey && { deviceKey }),
    ...tokenTypeOf(tokens),
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token,
    sessionId: tokens.session_id,
    expiresIn: tokens.expires_in,
  };
}

/** The first session of a login. */
export function begunSession(
  { tokens, askedAt, deviceKey, isGuest }: Started,
  refreshKey: string,
): StoredSession {
  const login = loginOf(tokens.session_id);
  return sessionOf(
    tokens,
    { askedAt, login, refreshes: 0, refreshKey, ...(isGuest && { isGuest }) },
    deviceKey,
  );
}

/** What follows a session of the same login. */
export function nextSession(
  { login, refreshes, deviceKey, isGuest }: StoredSession,
  { tokens, askedAt, refreshKey }: Pick<Started, 'tokens' | 'askedAt'> & { readonly refreshKey: string },
): StoredSession {
  const numbered = { askedAt, login, refreshes: refreshes + 1, refreshKey };
  return sessionOf(tokens, { ...numbered, ...(isGuest && { isGuest }) }, deviceKey);
}

/** The session with another access token, and its own refresh token. */
export function withAccess(session: StoredSession, tokens: TokenResponse, askedAt: number): StoredSession {
  const { tokenType: _, ...rest } = session;
  return {
    ...rest,
    ...tokenTypeOf(tokens),
    accessToken: tokens.access_token,
    expiresIn: tokens.expires_in,
    askedAt,
  };
}

/** Its case does not matter (RFC 6749, section 5.1). */
function tokenTypeOf({ token_type }: TokenResponse): Pick<StoredSession, 'tokenType'> {
  return /^dpop$/i.test(token_type) ? { tokenType: 'DPoP' } : {};
}
