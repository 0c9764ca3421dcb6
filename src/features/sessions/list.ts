// GET /api/auth/sessions: the active sessions of the user, last used first.

import { endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../problems.ts';
import { listSessions } from './statements.ts';

export const list = endpoint(
  { route: 'GET /api/auth/sessions', access: 'session', trips: 1 },
  ({ database }) =>
    async ({ context, caller }) => {
      const sessions = await listSessions(database, caller);
      if (sessions.length === 0) throw new Problem('session-ended');
      context.header('Cache-Control', 'private, no-store');
      return context.json({ data: sessions });
    },
);
