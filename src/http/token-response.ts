// The answer that carries tokens: the contract's token response (RFC 6749, section 5.1).

import type { Context } from 'hono';
import * as z from 'zod/mini';
import type { NewestToken } from '../database/newest-token.ts';
import { issueAccessToken, issueRefreshToken } from '../tokens/issue.ts';
import type { Dependencies } from './router.ts';
import { setTokenCookies } from './token-cookies.ts';

/** In the body for apps; in cookies that no script reads for browsers. */
export const tokenDelivery = z.enum(['body', 'cookie'], { error: 'must be "body" or "cookie"' });
export type TokenDelivery = z.infer<typeof tokenDelivery>;

type Parts = Pick<Dependencies, 'accessTokenKeys' | 'refreshTokenKeys' | 'config' | 'newId'>;

/**
 * Issues both tokens for a session's newest generation. The refresh token's claims are rebuilt from what the database
 * holds, so that every call that gets this generation gets the same bytes.
 */
export async function tokenResponse(
  context: Context,
  { accessTokenKeys, refreshTokenKeys, config, newId }: Parts,
  session: {
    readonly id: string;
    readonly userId: string;
    readonly newest: NewestToken;
    readonly now: Date;
    readonly delivery: TokenDelivery;
  },
): Promise<Response> {
  const { newest } = session;
  const issuedAt = secondsOf(session.now);
  const expiresAt = Math.min(issuedAt + config.accessTokenSeconds, secondsOf(newest.absolute_expires_at));
  const refreshExpiresAt = secondsOf(newest.expires_at);
  const common = { issuer: config.issuer, userId: session.userId, sessionId: session.id };
  const [accessToken, refreshToken] = await Promise.all([
    issueAccessToken(accessTokenKeys, {
      ...common,
      audience: config.audience,
      clientId: config.clientId,
      role: newest.role,
      tokenId: newId(),
      issuedAt,
      expiresAt,
    }),
    issueRefreshToken(refreshTokenKeys, {
      ...common,
      generation: newest.generation,
      issuedAt: secondsOf(newest.rotated_at),
      expiresAt: refreshExpiresAt,
    }),
  ]);
  context.header('Cache-Control', 'no-store');
  const accessSeconds = expiresAt - issuedAt;
  const refreshSeconds = refreshExpiresAt - issuedAt;
  const isCookie = session.delivery === 'cookie';
  if (isCookie) setTokenCookies(context, { accessToken, accessSeconds, refreshToken, refreshSeconds });
  return context.json({
    token_type: 'Bearer',
    ...(!isCookie && { access_token: accessToken }),
    expires_in: accessSeconds,
    ...(!isCookie && { refresh_token: refreshToken }),
    refresh_expires_in: refreshSeconds,
    session_id: session.id,
  });
}

function secondsOf(time: Date | string): number {
  return Math.floor(new Date(time).getTime() / 1000);
}
