// POST /api/auth/refresh: refresh token rotation. A retry gets the same successor.

import * as z from 'zod/mini';
import { dpopMode } from '../../http/dpop.ts';
import { endpoint } from '../../http/endpoint.ts';
import { optional, signedToken } from '../../http/fields.ts';
import { presentedRefreshToken } from '../../http/presented-token.ts';
import { spendRefreshToken } from '../../http/spend-refresh-token.ts';
import { hasRetiredCookie } from '../../http/token-cookies.ts';
import { deliveryFor, tokenDelivery } from '../../http/token-response.ts';
import { Problem } from '../../problems.ts';

export const refresh = endpoint(
  {
    route: 'POST /api/auth/refresh',
    access: 'refresh-token',
    limit: 'write',
    takesKey: true,
    takesProof: true,
    body: () =>
      z.object({
        refresh_token: optional(signedToken()),
        token_delivery: optional(tokenDelivery()),
        dpop_mode: optional(dpopMode()),
      }),
    trips: 1,
  },
  (dependencies) =>
    ({ context, body }) => {
      const { refresh_token, token_delivery, dpop_mode: mode } = body;
      const presented = presentedRefreshToken(context, refresh_token, dependencies.config);
      if (presented === undefined) {
        // A session of version 0.1.0: the page has to sign in again, and made no mistake.
        if (hasRetiredCookie(context)) {
          context.set('cameByCookie', true);
          throw new Problem('invalid-refresh-token');
        }
        throw new Problem('validation-failed', {
          errors: [{ pointer: '/refresh_token', detail: 'is required' }],
        });
      }
      const { token, delivery: came } = presented;
      const delivery = deliveryFor(context, dependencies.config, { came, requested: token_delivery });
      return spendRefreshToken(context, dependencies, { token, delivery }, mode);
    },
);
