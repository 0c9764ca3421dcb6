// DELETE /api/admin/users/{id}: deletes an account with all its data, as its owner would.

import { deleteUser as deleteStoredUser } from '../../operators/delete.ts';
import { userAct } from './user-act.ts';

export const deleteUser = userAct(
  'DELETE /api/admin/users/:id',
  ({ database, newId }, act) => deleteStoredUser(database, { ...act, mailId: newId() }),
  (context) => {
    context.set('mailIsDue', true);
    context.set('providerCallIsDue', true);
  },
);
