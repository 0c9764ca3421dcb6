// One use of a refresh token, whichever door it comes through: the contract's table of section 3, from token to answer.

import type { Context } from 'hono';
import { requestOrigin } from '../../http/device.ts';
import type { Dependencies, Variables } from '../../http/router.ts';
import { tokenResponse } from '../../http/token-response.ts';
import { Problem } from '../../problems.ts';
import { hashToken } from '../../tokens/one-time.ts';
import { type PresentedToken, readRefreshToken } from './presented-token.ts';
import { rotateRefreshToken } from './statements.ts';

/** @throws Problem `invalid-refresh-token`, `refresh-token-reused`, `session-ended` or `service-unavailable`. */
export async function spendRefreshToken(
  context: Context<{ Variables: Variables }>,
  dependencies: Dependencies,
  { token, delivery }: PresentedToken,
): Promise<Response> {
  const { database, config, now, newId } = dependencies;
  const time = now();
  const presented = await readRefreshToken(token, dependencies, time);
  const key = context.req.header('Idempotency-Key');
  const rotation = await rotateRefreshToken(database, {
    ...presented,
    keyHash: key ? await hashToken(key) : null,
    now: time,
    refreshTokenSeconds: config.refreshTokenSeconds,
    retryWindowSeconds: config.refreshRetryWindowSeconds,
    mailId: newId(),
    eventId: newId(),
    origin: requestOrigin(context),
  });
  context.set('outcome', rotation.outcome);
  switch (rotation.outcome) {
    case 'rotated':
    case 'retried':
      return tokenResponse(context, dependencies, {
        id: presented.sessionId,
        userId: presented.userId,
        newest: rotation,
        now: time,
        delivery,
      });
    case 'reused':
      context.set('mailIsDue', true);
      throw new Problem('refresh-token-reused');
    case 'ended':
      throw new Problem('session-ended');
    case 'unknown':
      throw new Problem('invalid-refresh-token');
  }
}
