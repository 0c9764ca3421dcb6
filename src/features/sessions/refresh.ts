// POST /api/auth/refresh: spends the newest refresh token for its successor, and answers a retry with the same successor.

import * as z from 'zod/mini';
import { requestOrigin } from '../../http/device.ts';
import { signedToken } from '../../http/fields.ts';
import { jsonBody } from '../../http/json-body.ts';
import type { Endpoint } from '../../http/router.ts';
import { Problem } from '../../problems.ts';
import { hashToken } from '../../tokens/one-time.ts';
import { readRefreshToken } from './presented-token.ts';
import { rotateRefreshToken } from './statements.ts';
import { tokenResponse } from './token-response.ts';

export const Refresh = z.object({ refresh_token: signedToken });

export const refresh: Endpoint = (router, dependencies) => {
  const { database, config, now, newId } = dependencies;

  router.post('/api/auth/refresh', jsonBody(Refresh), async (context) => {
    const time = now();
    const presented = await readRefreshToken(context.req.valid('json').refresh_token, dependencies, time);
    const key = context.req.header('Idempotency-Key');
    const rotation = await rotateRefreshToken(database, {
      ...presented,
      keyHash: key ? await hashToken(key) : null,
      now: time,
      refreshTokenSeconds: config.refreshTokenSeconds,
      retryWindowSeconds: config.refreshRetryWindowSeconds,
      mailId: newId(),
      ...requestOrigin(context),
    });
    switch (rotation.outcome) {
      case 'rotated':
      case 'retried':
        return tokenResponse(context, dependencies, {
          id: presented.sessionId,
          userId: presented.userId,
          newest: rotation,
          now: time,
        });
      case 'reused':
        context.set('mailIsDue', true);
        throw new Problem('refresh-token-reused');
      case 'ended':
        throw new Problem('session-ended');
      case 'unknown':
        throw new Problem('invalid-refresh-token');
    }
  });
};
