// POST /api/admin/users/{id}/enable: a disabled user may sign in again.

import { enableUser } from '../../operators/disable.ts';
import { userAct } from './user-act.ts';

export const enable = userAct('POST /api/admin/users/:id/enable', ({ database }, act) =>
  enableUser(database, act),
);
