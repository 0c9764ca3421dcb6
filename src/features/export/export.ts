// GET /api/users/me/export: all that is kept about the user, as one JSON document (GDPR, articles 15 and 20).

import { authenticated, sessionEnded } from '../../http/authenticate.ts';
import type { Endpoint } from '../../http/router.ts';
import { exportUser } from './statements.ts';

export const exportAccount: Endpoint = (router, dependencies) => {
  const { database, now } = dependencies;

  router.get('/api/users/me/export', authenticated(dependencies), async (context) => {
    const time = now();
    const kept = await exportUser(database, { ...context.get('access'), now: time });
    if (!kept) throw sessionEnded();
    context.header('Cache-Control', 'private, no-store');
    context.header('Content-Disposition', 'attachment; filename="account.json"');
    return context.json({ exported_at: time.toISOString(), ...kept });
  });
};
