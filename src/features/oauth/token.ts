// POST /oauth/token: the refresh endpoint as RFC 6749, section 6, describes it, for clients that speak nothing else.

import { endpoint } from '../../http/endpoint.ts';
import { spendRefreshToken } from '../../http/spend-refresh-token.ts';
import { OAuthError, oauthEndpoint } from './form.ts';

export const oauthToken = endpoint(
  {
    route: 'POST /oauth/token',
    access: 'anybody',
    limit: 'write',
    takesKey: true,
    speaks: 'oauth',
    trips: 1,
  },
  (dependencies) => {
    return oauthEndpoint(dependencies, async (context, parameters) => {
      if (parameters.required('grant_type') !== 'refresh_token') {
        throw new OAuthError('unsupported_grant_type', 'The only grant type is refresh_token.');
      }
      const token = parameters.required('refresh_token');
      // Nothing was granted by scope, so that any is more than was granted (section 6).
      if (parameters.optional('scope') !== undefined) {
        throw new OAuthError('invalid_scope', 'There are no scopes.');
      }
      return spendRefreshToken(context, dependencies, { token, delivery: 'body' });
    });
  },
);
