// The answer that carries tokens: the contract's token response (RFC 6749, section 5.1).

import type { Context } from 'hono';
import type { Dependencies } from '../../http/router.ts';
import { issueAccessToken, issueRefreshToken } from '../../tokens/issue.ts';
import type { NewestToken } from './statements.ts';

type Parts = Pick<Dependencies, 'accessTokenKeys' | 'refreshTokenKeys' | 'config' | 'newId'>;

/**
 * Issues both tokens for a session's newest generation. The refresh token's claims are rebuilt from what the database
 * holds, so that every call that gets this generation gets the same bytes.
 */
export async function tokenResponse(
  context: Context,
  { accessTokenKeys, refreshTokenKeys, config, newId }: Parts,
  session: { readonly id: string; readonly userId: string; readonly newest: NewestToken; readonly now: Date },
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
  return context.json({
    token_type: 'Bearer',
    access_token: accessToken,
    expires_in: expiresAt - issuedAt,
    refresh_token: refreshToken,
    refresh_expires_in: refreshExpiresAt - issuedAt,
    session_id: session.id,
  });
}

function secondsOf(time: Date | string): number {
  return Math.floor(new Date(time).getTime() / 1000);
}
