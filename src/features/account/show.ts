// GET /api/users/me: the user behind the access token, as long as the session lives.

import { authenticated, sessionEnded } from '../../http/authenticate.ts';
import type { Endpoint } from '../../http/router.ts';
import { readUser } from './statements.ts';

export const show: Endpoint = (router, dependencies) => {
  const { database, now } = dependencies;

  router.get('/api/users/me', authenticated(dependencies), async (context) => {
    const user = await readUser(database, { ...context.get('access'), now: now() });
    if (!user) throw sessionEnded();
    context.header('Cache-Control', 'private, no-store');
    return context.json(user);
  });
};
