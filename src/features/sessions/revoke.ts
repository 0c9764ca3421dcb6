// DELETE /api/auth/sessions/{id}: signs one device out.

import { endpoint } from '../../http/endpoint.ts';
import { eventContextOf } from '../../http/request-metadata.ts';
import { Problem } from '../../problems.ts';
import { revokeSession } from './statements.ts';

export const revoke = endpoint(
  { route: 'DELETE /api/auth/sessions/:id', access: 'session', limit: 'write', trips: 1 },
  (dependencies) => {
    const { database } = dependencies;

    return async ({ context, caller, id }) => {
      switch (
        await revokeSession(database, {
          ...caller,
          ...eventContextOf(context, dependencies),
          revokedId: id,
        })
      ) {
        case 'revoked':
          return context.body(null, 204);
        case 'not-found':
          throw new Problem('not-found');
        case 'caller-ended':
          throw new Problem('session-ended');
      }
    };
  },
);
