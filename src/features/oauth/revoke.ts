// POST /oauth/revoke: token revocation (RFC 7009). Ends the session of an access or refresh token.

import { withinWrites } from '../../authentication/limits.ts';
import type { Dependencies } from '../../context.ts';
import { endpoint } from '../../http/endpoint.ts';
import { eventContextOf } from '../../http/request-metadata.ts';
import { endSession } from '../../sessions/end.ts';
import { type VerifiedAccess, verifyAccessToken, verifyRefreshToken } from '../../tokens/verify.ts';
import { oauthEndpoint } from './form.ts';

export const oauthRevoke = endpoint(
  { route: 'POST /oauth/revoke', access: 'anybody', limit: 'write', speaks: 'oauth', trips: 1 },
  (dependencies) => {
    const { database, limits, now } = dependencies;

    return oauthEndpoint(dependencies, async (context, parameters) => {
      const time = now();
      // `token_type_hint` is ignored (section 2.1): a token has its type in it.
      const session = await sessionOf(parameters.required('token'), dependencies, time);
      if (session) {
        await withinWrites(limits, session);
        await endSession(database, { ...session, ...eventContextOf(context, dependencies) });
      }
      context.header('Cache-Control', 'no-store');
      // Section 2.2: an invalid token is answered alike, as there is nothing left to revoke. Clients ignore the
      // content, it says; some still require JSON.
      return context.json({});
    });
  },
);

type Parts = Pick<Dependencies, 'accessTokenKeys' | 'refreshTokenKeys' | 'config' | 'unknownKeys'>;
type Session = Pick<VerifiedAccess, 'sessionId' | 'userId'>;

async function sessionOf(token: string, parts: Parts, now: Date): Promise<Session | undefined> {
  const { issuer, audience, roleClaim } = parts.config;
  const refresh = await verifyRefreshToken(parts.refreshTokenKeys, token, { issuer, now });
  if (refresh.outcome === 'valid') return refresh.claims;
  const access = await verifyAccessToken(parts.accessTokenKeys, token, { issuer, audience, roleClaim, now });
  if (access.outcome === 'valid') return access.claims;
  if (refresh.outcome === 'unknown-key') parts.unknownKeys('refresh', refresh.kid);
  if (access.outcome === 'unknown-key') parts.unknownKeys('access', access.kid);
  return undefined;
}
