// The token response (RFC 6749, section 5.1).

import type { Context } from 'hono';
import * as z from 'zod/mini';
import type { Dependencies } from '../context.ts';
import type { Config } from '../environment.ts';
import { Problem } from '../problems.ts';
import type { IssuedAccess, IssuedTokens } from '../sessions/tokens.ts';
import { requireAllowedOrigin, setAccessCookie, setTokenCookies } from './token-cookies.ts';

/** In the body for apps; in `HttpOnly` cookies for browsers. */
export const tokenDelivery = () => z.enum(['body', 'cookie'], { error: 'must be "body" or "cookie"' });
export type TokenDelivery = z.infer<ReturnType<typeof tokenDelivery>>;

/**
 * How the successors of tokens are delivered: the way that these came, unless another is asked for and allowed. To be
 * called before anything is spent.
 *
 * XSS: what came in a cookie never leaves in a body, where scripts could read it. Login CSRF: what came in a body is
 * put into cookies for allowed origins only, or another site could sign its visitors in as somebody else.
 *
 * @throws Problem `validation-failed` or `cross-site-request`.
 */
export function deliveryFor(
  context: Context,
  config: Config,
  {
    came,
    requested = came,
  }: { readonly came: TokenDelivery; readonly requested?: TokenDelivery | undefined },
): TokenDelivery {
  if (came === 'cookie' && requested === 'body') {
    const detail = 'must be "cookie": what came in a cookie does not leave in a body';
    throw new Problem('validation-failed', { errors: [{ pointer: '/token_delivery', detail }] });
  }
  if (came === 'body' && requested === 'cookie') requireAllowedOrigin(context, config);
  return requested;
}

type Parts = Pick<Dependencies, 'dpopNonces' | 'now'>;
type Answered = { readonly sessionId: string; readonly delivery: TokenDelivery };

async function setHeaders(context: Context, { dpopNonces, now }: Parts): Promise<void> {
  context.header('Cache-Control', 'no-store');
  // RFC 6749, section 5.1: for HTTP/1.0 caches.
  context.header('Pragma', 'no-cache');
  // RFC 9449, section 8.2.
  context.header('DPoP-Nonce', await dpopNonces.offer(now()));
}

/** Where the session's refresh token stays as it is. */
export async function accessTokenResponse(
  context: Context,
  parts: Parts,
  token: IssuedAccess,
  { sessionId, delivery }: Answered,
): Promise<Response> {
  await setHeaders(context, parts);
  const isCookie = delivery === 'cookie';
  if (isCookie) setAccessCookie(context, token);
  return context.json({
    token_type: token.tokenType,
    ...(!isCookie && { access_token: token.accessToken }),
    expires_in: token.accessSeconds,
    session_id: sessionId,
  });
}

export async function tokenResponse(
  context: Context,
  parts: Parts,
  tokens: IssuedTokens,
  { sessionId, delivery }: Answered,
): Promise<Response> {
  await setHeaders(context, parts);
  const isCookie = delivery === 'cookie';
  if (isCookie) setTokenCookies(context, tokens);
  return context.json({
    token_type: tokens.tokenType,
    ...(!isCookie && { access_token: tokens.accessToken }),
    expires_in: tokens.accessSeconds,
    ...(!isCookie && { refresh_token: tokens.refreshToken }),
    refresh_expires_in: tokens.refreshSeconds,
    session_id: sessionId,
    ...(!isCookie && tokens.knownDevice !== undefined && { known_device: tokens.knownDevice }),
  });
}
