// Authentication by access token, and where it is bound to a key by the proof of that key. Whether its session is still
// active, the endpoint's own statement decides.

import type { Context, MiddlewareHandler } from 'hono';
import type { Dependencies, Variables } from '../context.ts';
import type { Config } from '../environment.ts';
import { Problem } from '../problems.ts';
import { type PresentedAccessToken, presentedAccessToken } from '../tokens/presented-access-token.ts';
import { refusalReason, type VerifiedAccess, verifyAccessToken } from '../tokens/verify.ts';
import { provenKey } from './dpop.ts';
import { accessTokenCookie, requireAllowedOrigin } from './token-cookies.ts';

type Parts = Pick<Dependencies, 'accessTokenKeys' | 'config' | 'dpopNonces' | 'now' | 'unknownKeys'>;

/**
 * @param needs.proof false for a logout: it takes a bound token as it comes.
 * @throws Problem `invalid-access-token`, `invalid-dpop-proof`, `use-dpop-nonce`, `device-key-mismatch` or
 *   `cross-site-request`.
 */
export function authenticated(
  dependencies: Parts,
  needs = { proof: true },
): MiddlewareHandler<{ Variables: Variables }> {
  return async (context, next) => {
    const presented =
      presentedAccessToken(context.req.header('Authorization')) ?? cookieToken(context, dependencies.config);
    if (presented === undefined) throw new Problem('invalid-access-token');
    const { token } = presented;
    const { issuer, audience, roleClaim } = dependencies.config;
    const verified = await verifyAccessToken(dependencies.accessTokenKeys, token, {
      issuer,
      audience,
      roleClaim,
      now: dependencies.now(),
    });
    if (presented.scheme === 'DPoP') context.set('isBound', true);
    if (verified.outcome === 'valid') {
      if (needs.proof) await requireKey(context, dependencies, presented, verified.claims);
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

/** RFC 9449, section 7.1: a token that is bound to a key is worth nothing without it, so as a bearer token it is refused. */
async function requireKey(
  context: Context<{ Variables: Variables }>,
  dependencies: Parts,
  { scheme, token }: PresentedAccessToken,
  { jkt }: VerifiedAccess,
): Promise<void> {
  if (jkt === undefined) {
    if (scheme === 'Bearer') return;
    context.set('refusal', 'bound to no key');
    throw new Problem('invalid-access-token', {
      detail: 'This access token is bound to no key: send it as Bearer.',
    });
  }
  context.set('isBound', true);
  if (scheme === 'Bearer') {
    context.set('refusal', 'bound to a key');
    throw new Problem('invalid-access-token', {
      detail: 'This access token is bound to a key: send it as DPoP, with a proof.',
    });
  }
  const proven = await provenKey(context, dependencies, token);
  if (proven === undefined)
    throw new Problem('invalid-dpop-proof', { status: 401, detail: 'There is no DPoP proof.' });
  if (proven !== jkt) throw new Problem('device-key-mismatch', { status: 401 });
}

/** For requests without a token in the header. CSRF: a request that changes something must come from an allowed origin. */
function cookieToken(
  context: Context<{ Variables: Variables }>,
  config: Config,
): PresentedAccessToken | undefined {
  const token = accessTokenCookie(context);
  context.set('cameByCookie', token !== undefined);
  if (token !== undefined && !/^(GET|HEAD)$/.test(context.req.method)) requireAllowedOrigin(context, config);
  return token === undefined ? undefined : { scheme: 'Bearer', token };
}
