// POST /oauth/token: the refresh endpoint as RFC 6749, section 6, describes it, for clients that speak nothing else.

import { limitedWrites } from '../../http/rate-limit.ts';
import type { Endpoint } from '../../http/router.ts';
import { spendRefreshToken } from '../../http/spend-refresh-token.ts';
import { OAuthError, oauthEndpoint } from './form.ts';

export const oauthToken: Endpoint = (router, dependencies) => {
  router.post(
    '/oauth/token',
    limitedWrites(dependencies.limits),
    oauthEndpoint(dependencies, async (context, parameters) => {
      if (parameters.required('grant_type') !== 'refresh_token') {
        throw new OAuthError('unsupported_grant_type', 'The only grant type is refresh_token.');
      }
      const token = parameters.required('refresh_token');
      // Nothing was granted by scope, so that any is more than was granted (section 6).
      if (parameters.optional('scope') !== undefined) {
        throw new OAuthError('invalid_scope', 'There are no scopes.');
      }
      return spendRefreshToken(context, dependencies, { token, delivery: 'body' });
    }),
  );
};
