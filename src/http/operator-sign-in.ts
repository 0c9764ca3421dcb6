// An operator's sign-in: with a second factor, and recent where something is changed. By what the presented token says; whether its user is
// an admin, the endpoint's own statement decides (sessions/active-admin.ts).

import type { MiddlewareHandler } from 'hono';
import { refusedOperator } from '../authentication/refused-operator.ts';
import type { Dependencies, Variables } from '../context.ts';
import { recentSignInSeconds } from '../lifetimes.ts';
import { type RequiredLevel, shortfall } from '../tokens/step-up.ts';

/** What a request of an operator's takes. */
export const operatorLevels: Readonly<Record<'read' | 'write', RequiredLevel>> = {
  read: { acr: 'aal2' },
  write: { acr: 'aal2', maxAge: recentSignInSeconds },
};

/** Behind `authenticated`. @throws Problem `recent-sign-in-required`, `admin-only` or `session-ended`. */
export function operatorSignIn(
  operation: 'read' | 'write',
  dependencies: Pick<Dependencies, 'config' | 'database' | 'now'>,
): MiddlewareHandler<{ Variables: Variables }> {
  const needs = operatorLevels[operation];
  return async (context, next) => {
    const caller = { ...context.get('access'), now: dependencies.now() };
    if (shortfall(caller.level, needs, caller.now)) throw await refusedOperator(dependencies, caller, needs);
    return next();
  };
}
