// GET /api/users/me/security-events: what happened to the account, newest first.

import { authenticated, sessionEnded } from '../../http/authenticate.ts';
import type { Endpoint } from '../../http/router.ts';
import { listSecurityEvents } from './statements.ts';

export const listEvents: Endpoint = (router, dependencies) => {
  const { database, now } = dependencies;

  router.get('/api/users/me/security-events', authenticated(dependencies), async (context) => {
    const events = await listSecurityEvents(database, { ...context.get('access'), now: now() });
    if (!events) throw sessionEnded();
    context.header('Cache-Control', 'private, no-store');
    return context.json({ data: events });
  });
};
