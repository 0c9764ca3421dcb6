// POST /api/admin/users/{id}/end-sessions: a user is signed out everywhere.

import { endUserSessions } from '../../operators/end-sessions.ts';
import { userAct } from './user-act.ts';

export const endSessions = userAct('POST /api/admin/users/:id/end-sessions', ({ database }, act) =>
  endUserSessions(database, act),
);
