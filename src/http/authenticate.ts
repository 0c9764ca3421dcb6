// Authentication by access token. Whether its session is still active, the endpoint's own statement decides.

import type { Context, MiddlewareHandler } from 'hono';
import type { Dependencies, Variables } from '../context.ts';
import type { Config } from '../environment.ts';
import { Problem } from '../problems.ts';
import { refusalReason, verifyAccessToken } from '../tokens/verify.ts';
import { accessTokenCookie, requireAllowedOrigin } from './token-cookies.ts';

type Parts = Pick<Dependencies, 'accessTokenKeys' | 'config' | 'now' | 'unknownKeys'>;

/** @throws Problem `invalid-access-token` or `cross-site-request`. */
export function authenticated(dependencies: Parts): MiddlewareHandler<{ Variables: Variables }> {
  return async (context, next) => {
    const token =
      bearerToken(context.req.header('Authorization')) ?? cookieToken(context, dependencies.config);
    if (token === undefined) throw new Problem('invalid-access-token');
    const { issuer, audience } = dependencies.config;
    const verified = await verifyAccessToken(dependencies.accessTokenKeys, token, {
      issuer,
      audience,
      now: dependencies.now(),
    });
    if (verified.outcome === 'valid') {
      context.set('access', verified.claims);
      return next();
    }
    if (verified.outcome === 'unknown-key') dependencies.unknownKeys('access', verified.kid);
    context.set('refusal', refusalReason(verified));
    if (verified.outcome === 'expired' && verified.claims) context.set('subject', verified.claims);
    throw new Problem('invalid-access-token', {
      detail:
        verified.outcome === 'expired' ? 'The access token has expired.' : 'The access token is not valid.',
    });
  };
}

/** For requests without a bearer token. CSRF: a request that changes something must come from an allowed origin. */
function cookieToken(context: Context<{ Variables: Variables }>, config: Config): string | undefined {
  const token = accessTokenCookie(context);
  context.set('cameByCookie', token !== undefined);
  if (token !== undefined && !/^(GET|HEAD)$/.test(context.req.method)) requireAllowedOrigin(context, config);
  return token;
}

/** RFC 6750, section 2.1; the scheme's case does not matter (RFC 9110, section 11.1). */
export function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer +([\w.~+/-]+=*) *$/i.exec(header ?? '')?.[1];
}
