// GET /api/auth/sessions: where the user is signed in, newest use first.

import { authenticated, sessionEnded } from '../../http/authenticate.ts';
import type { Endpoint } from '../../http/router.ts';
import { listSessions } from './statements.ts';

export const list: Endpoint = (router, dependencies) => {
  const { database, now } = dependencies;

  router.get('/api/auth/sessions', authenticated(dependencies), async (context) => {
    const sessions = await listSessions(database, { ...context.get('access'), now: now() });
    if (sessions.length === 0) throw sessionEnded();
    context.header('Cache-Control', 'private, no-store');
    return context.json({ data: sessions });
  });
};
