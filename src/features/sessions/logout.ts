// POST /api/auth/logout: ends the session of an access or refresh token. Idempotent.

import * as z from 'zod/mini';
import { withinWrites } from '../../authentication/limits.ts';
import { authenticated } from '../../http/authenticate.ts';
import { endpoint } from '../../http/endpoint.ts';
import { optional, signedToken } from '../../http/fields.ts';
import { presentedRefreshToken, readRefreshToken } from '../../http/presented-token.ts';
import { eventContextOf } from '../../http/request-metadata.ts';
import { clearTokenCookies } from '../../http/token-cookies.ts';
import { Problem } from '../../problems.ts';
import { endSession } from '../../sessions/end.ts';
import { presentedAccessToken } from '../../tokens/presented-access-token.ts';

export const logout = endpoint(
  {
    route: 'POST /api/auth/logout',
    access: 'any-token',
    limit: 'write',
    body: () => z.object({ refresh_token: optional(signedToken()) }),
    trips: 1,
  },
  (dependencies) => {
    const { database, limits, now } = dependencies;
    const requireAccessToken = authenticated(dependencies, { proof: false });

    return async ({ context, body }) => {
      const { refresh_token } = body;
      // Body, then header, then cookie: a browser adds its cookies to whatever a page sends.
      const isInHeader = presentedAccessToken(context.req.header('Authorization')) !== undefined;
      const presented =
        refresh_token === undefined && isInHeader
          ? undefined
          : presentedRefreshToken(context, refresh_token, dependencies.config);
      const session =
        presented === undefined
          ? await requireAccessToken(context, async () => {}).then(() => context.get('access'))
          : await readRefreshToken(context, presented.token, dependencies, now()).catch(nothingToEnd);
      if (session) {
        await withinWrites(limits, session);
        await endSession(database, { ...session, ...eventContextOf(context, dependencies) });
      }
      if (context.get('cameByCookie')) clearTokenCookies(context);
      return context.body(null, 204);
    };
  },
);

/** An invalid token is no error: there is nothing left to revoke (RFC 7009, section 2.2). */
function nothingToEnd(error: unknown): undefined {
  if (error instanceof Problem && error.discardCredentials) return undefined;
  throw error;
}
