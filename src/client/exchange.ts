// Tokens for tokens: one request of the refresh endpoint, and what becomes of its answer.

import type { TokenResponse } from './api-types.ts';
import { NetworkError, type ProblemError, problemOf } from './errors.ts';
import type { StoredSession } from './store.ts';
import { attempt, type Fetch, type Limit, type Timing } from './transport.ts';

export type Exchange = {
  readonly refreshUrl: string;
  readonly fetch: Fetch;
  readonly timing: Timing;
  readonly tokensIn: TokensIn;
};

/** What an answer says of tokens, wherever it puts them. @throws NetworkError when this is somebody else's answer. */
export type TokensIn = (answer: Partial<TokenResponse> | null) => TokenResponse;

/**
 * @throws ProblemError, which may say that the tokens will never work again.
 * @throws NetworkError after which nobody knows whether the tokens were spent: the same call again finds out.
 */
export function spendTokens(parts: Exchange, session: StoredSession, limit: Limit): Promise<TokenResponse> {
  return attempt(parts.timing, limit, async (signal) => {
    const response = await parts.fetch(parts.refreshUrl, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': session.refreshKey },
      // One in a cookie is added by the browser.
      body: JSON.stringify({ refresh_token: session.refreshToken || undefined }),
      signal,
    });
    if (!response.ok) throw await problemOf(response);
    return parts.tokensIn((await response.json()) as Partial<TokenResponse> | null);
  });
}

/** A refresh without a cookie and without a token in its body is missing a field. */
export function lacksToken({ problem }: ProblemError): boolean {
  return problem.errors?.some(({ pointer }) => pointer === '/refresh_token') ?? false;
}

/** Cookies that came with an answer cannot be seen: the refresh token is empty, and the access token tells it from others. */
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

export function sessionOf(
  tokens: TokenResponse,
  rest: Pick<StoredSession, 'askedAt' | 'refreshKey' | 'login' | 'refreshes'>,
): StoredSession {
  return {
    ...rest,
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token,
    sessionId: tokens.session_id,
    expiresIn: tokens.expires_in,
  };
}
