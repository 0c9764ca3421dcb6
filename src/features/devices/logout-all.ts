// POST /api/auth/logout-all: ends every session of the user, this one included.

import { authenticated, sessionEnded } from '../../http/authenticate.ts';
import type { Endpoint } from '../../http/router.ts';
import { clearTokenCookies } from '../../http/token-cookies.ts';
import { endEverySession } from './statements.ts';

export const logoutAll: Endpoint = (router, dependencies) => {
  const { database, now } = dependencies;

  router.post('/api/auth/logout-all', authenticated(dependencies), async (context) => {
    if (!(await endEverySession(database, { ...context.get('access'), now: now() }))) throw sessionEnded();
    clearTokenCookies(context);
    return context.body(null, 204);
  });
};
