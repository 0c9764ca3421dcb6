// Recent sign-in: what matters most wants one of the last minutes. By what the presented token says, and not by the session's
// row: the owner's reauthentication makes no copy of an older token recent.

import type { MiddlewareHandler } from 'hono';
import { missingSignIn, refusedCaller } from '../authentication/refused-caller.ts';
import type { Dependencies, Variables } from '../context.ts';

/**
 * Behind `authenticated`, and the check of the body. Whether the user has a second factor, which the sign-in then takes as
 * well, the endpoint's own statement knows (`activeCaller` with `usersLevel`).
 *
 * @param required `or-password`: the endpoint checks the password where the body has one.
 * @throws Problem `recent-sign-in-required`, or `session-ended`.
 */
export function recentSignIn(
  required: true | 'or-password',
  dependencies: Pick<Dependencies, 'config' | 'database' | 'now'>,
): MiddlewareHandler<{ Variables: Variables }> {
  return async (context, next) => {
    if (required === 'or-password' && hasPassword(context.req.valid('json' as never))) return next();
    const caller = { ...context.get('access'), now: dependencies.now() };
    if (missingSignIn(caller, { hasSecondFactor: false })) throw await refusedCaller(dependencies, caller);
    return next();
  };
}

function hasPassword(body: { readonly password?: string } | undefined): boolean {
  return body?.password !== undefined;
}
