// GET /api/auth/sessions: where the user is signed in, newest use first.

import { sessionEnded } from '../../http/authenticate.ts';
import { endpoint } from '../../http/endpoint.ts';
import { listSessions } from './statements.ts';

export const list = endpoint(
  { route: 'GET /api/auth/sessions', access: 'session', trips: 1 },
  (dependencies) => {
    const { database } = dependencies;

    return async ({ context, caller }) => {
      const sessions = await listSessions(database, caller);
      if (sessions.length === 0) throw sessionEnded();
      context.header('Cache-Control', 'private, no-store');
      return context.json({ data: sessions });
    };
  },
);
