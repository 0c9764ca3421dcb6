// POST /api/admin/users/{id}/remove-second-factors: for who has lost the phone and the recovery codes.

import { removeSecondFactors as remove } from '../../operators/remove-factors.ts';
import { userAct } from './user-act.ts';

export const removeSecondFactors = userAct(
  'POST /api/admin/users/:id/remove-second-factors',
  ({ database, newId }, act) => remove(database, { ...act, mailId: newId() }),
  (context) => context.set('mailIsDue', true),
);
