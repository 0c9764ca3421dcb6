// GET /api/admin/users/{id}: all that support needs to know of one user.

import { refusedOperator } from '../../authentication/refused-operator.ts';
import { endpoint } from '../../http/endpoint.ts';
import { showUser as showStoredUser } from '../../operators/show-user.ts';
import { Problem } from '../../problems.ts';

export const showUser = endpoint(
  { route: 'GET /api/admin/users/:id', access: 'session', operator: 'read', trips: 1 },
  (dependencies) =>
    async ({ context, caller, id }) => {
      const { config, database } = dependencies;
      const user = await showStoredUser(database, {
        operator: { caller },
        userId: id,
        byEmailCode: config.emailCodes,
        now: caller.now,
      });
      if (user === 'not-found') throw new Problem('not-found');
      if (user === 'no-operator') throw await refusedOperator(dependencies, caller);
      context.header('Cache-Control', 'private, no-store');
      return context.json(user);
    },
);
