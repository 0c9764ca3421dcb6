// The answer that carries tokens: the contract's token response (RFC 6749, section 5.1).

import type { Context } from 'hono';
import * as z from 'zod/mini';
import type { Config } from '../environment.ts';
import { Problem } from '../problems.ts';
import type { IssuedTokens } from '../sessions/tokens.ts';
import { requireOwnOrigin, setTokenCookies } from './token-cookies.ts';

/** In the body for apps; in cookies that no script reads for browsers. */
export const tokenDelivery = () => z.enum(['body', 'cookie'], { error: 'must be "body" or "cookie"' });
export type TokenDelivery = z.infer<ReturnType<typeof tokenDelivery>>;

/**
 * How tokens leave that somebody gets for tokens: the way these came, unless the other one is asked for and open.
 *
 * What came by cookie never leaves in a body, where any script of the page could take it away; and what came in a body is put
 * into cookies for a page of ours alone, or a stranger's could sign its visitors in as somebody else. To be asked before
 * anything is spent.
 *
 * @throws Problem `validation-failed` or `cross-site-request`.
 */
export function deliveryFor(
  context: Context,
  config: Config,
  { came, asked = came }: { readonly came: TokenDelivery; readonly asked?: TokenDelivery | undefined },
): TokenDelivery {
  if (came === 'cookie' && asked === 'body') {
    const detail = 'must be "cookie": what came in a cookie does not leave in a body';
    throw new Problem('validation-failed', { errors: [{ pointer: '/token_delivery', detail }] });
  }
  if (came === 'body' && asked === 'cookie') requireOwnOrigin(context, config);
  return asked;
}

export function tokenResponse(
  context: Context,
  tokens: IssuedTokens,
  { sessionId, delivery }: { readonly sessionId: string; readonly delivery: TokenDelivery },
): Response {
  context.header('Cache-Control', 'no-store');
  // RFC 6749, section 5.1: for caches that are older than HTTP/1.1.
  context.header('Pragma', 'no-cache');
  const isCookie = delivery === 'cookie';
  if (isCookie) setTokenCookies(context, tokens);
  return context.json({
    token_type: 'Bearer',
    ...(!isCookie && { access_token: tokens.accessToken }),
    expires_in: tokens.accessSeconds,
    ...(!isCookie && { refresh_token: tokens.refreshToken }),
    refresh_expires_in: tokens.refreshSeconds,
    session_id: sessionId,
    ...(!isCookie && tokens.knownDevice !== undefined && { known_device: tokens.knownDevice }),
  });
}
