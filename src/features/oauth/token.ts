// POST /oauth/token: refreshing as in RFC 6749, section 6, for standard OAuth clients.

import { endpoint } from '../../http/endpoint.ts';
import { spendRefreshToken } from '../../http/spend-refresh-token.ts';
import type { DpopMode } from '../../sessions/state.ts';
import { OAuthError, oauthEndpoint, type Parameters } from './form.ts';

export const oauthToken = endpoint(
  {
    route: 'POST /oauth/token',
    access: 'anybody',
    limit: 'write',
    takesKey: true,
    takesProof: true,
    speaks: 'oauth',
    trips: 1,
  },
  (dependencies) =>
    oauthEndpoint(dependencies, async (context, parameters) => {
      if (parameters.required('grant_type') !== 'refresh_token') {
        throw new OAuthError('unsupported_grant_type', 'The only grant type is refresh_token.');
      }
      const token = parameters.required('refresh_token');
      // No scope was granted, so any scope is more than was granted (section 6).
      if (parameters.optional('scope') !== undefined) {
        throw new OAuthError('invalid_scope', 'There are no scopes.');
      }
      return spendRefreshToken(context, dependencies, { token, delivery: 'body' }, modeOf(parameters));
    }),
);

/** A parameter of ours: RFC 9449 leaves it to the service whether access tokens are bound (section 5). */
function modeOf(parameters: Parameters): DpopMode | undefined {
  const mode = parameters.optional('dpop_mode');
  if (mode === undefined || mode === 'refresh' || mode === 'full') return mode;
  throw new OAuthError('invalid_request', 'dpop_mode must be refresh or full.');
}
