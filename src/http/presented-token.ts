// The refresh token that a client presents: where it comes from, and whether its signature and claims are valid.

import type { Context } from 'hono';
import type { Dependencies, Variables } from '../context.ts';
import type { Config } from '../environment.ts';
import { Problem } from '../problems.ts';
import { refusalReason, type VerifiedRefresh, verifyRefreshToken } from '../tokens/verify.ts';
import { refreshTokenCookie, requireAllowedOrigin } from './token-cookies.ts';
import type { TokenDelivery } from './token-response.ts';

/** The token and the way it came. */
export type PresentedToken = { readonly token: string; readonly delivery: TokenDelivery };

/**
 * From the body, or else from the cookie; undefined where there is none. CSRF: a cookie counts from allowed origins
 * only.
 *
 * @throws Problem `cross-site-request`.
 */
export function presentedRefreshToken(
  context: Context<{ Variables: Variables }>,
  fromBody: string | undefined,
  config: Config,
): PresentedToken | undefined {
  if (fromBody !== undefined) return { token: fromBody, delivery: 'body' };
  const token = refreshTokenCookie(context);
  if (token === undefined) return undefined;
  context.set('cameByCookie', true);
  requireAllowedOrigin(context, config);
  return { token, delivery: 'cookie' };
}

type Parts = Pick<Dependencies, 'refreshTokenKeys' | 'config' | 'unknownKeys'>;

/**
 * @throws Problem `invalid-refresh-token`. An unknown `kid` is more likely our mistake with keys than a forgery: then
 *   the client keeps its tokens and may try again.
 */
export async function readRefreshToken(
  context: Context<{ Variables: Variables }>,
  token: string,
  { refreshTokenKeys, config, unknownKeys }: Parts,
  now: Date,
): Promise<VerifiedRefresh & { readonly isExpired: boolean }> {
  const verified = await verifyRefreshToken(refreshTokenKeys, token, { issuer: config.issuer, now });
  if (verified.outcome !== 'valid') context.set('refusal', refusalReason(verified));
  if ('claims' in verified && verified.claims) context.set('subject', verified.claims);
  switch (verified.outcome) {
    case 'valid':
      return { ...verified.claims, isExpired: false };
    case 'unknown-key':
      unknownKeys('refresh', verified.kid);
      throw new Problem('invalid-refresh-token', { retryable: true, discardCredentials: false });
    case 'expired':
      // In a session with a key the newest token's time counts, whichever comes: the statement looks at that.
      if (verified.claims?.jkt !== undefined) return { ...verified.claims, isExpired: true };
      throw new Problem('invalid-refresh-token');
    case 'invalid':
      throw new Problem('invalid-refresh-token');
  }
}
