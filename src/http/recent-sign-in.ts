// Recent sign-in: what matters most wants one of the last minutes. By what the presented token says, and not by the session's
// row: the owner's reauthentication makes no copy of an older token recent.

import type { MiddlewareHandler } from 'hono';
import type { Dependencies, Variables } from '../context.ts';
import { recentSignInSeconds } from '../lifetimes.ts';
import { Problem } from '../problems.ts';
import { shortfall } from '../tokens/step-up.ts';

/**
 * Behind `authenticated`, and the check of the body.
 *
 * @param required `or-password`: the endpoint checks the password where the body has one.
 * @throws Problem `recent-sign-in-required`, with the ways in which the user can show who they are.
 */
export function recentSignIn(
  required: true | 'or-password',
  { now }: Pick<Dependencies, 'now'>,
): MiddlewareHandler<{ Variables: Variables }> {
  return async (context, next) => {
    if (required === 'or-password' && hasPassword(context.req.valid('json' as never))) return next();
    const missing = shortfall(context.get('access').level, { maxAge: recentSignInSeconds }, now());
    if (missing)
      throw new Problem('recent-sign-in-required', { members: { ...missing, methods: ['password'] } });
    return next();
  };
}

function hasPassword(body: { readonly password?: string } | undefined): boolean {
  return body?.password !== undefined;
}
