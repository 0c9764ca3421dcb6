// DELETE /api/auth/sessions/{id}: ends one session of the user.

import { endpoint } from '../../http/endpoint.ts';
import { eventContextOf } from '../../http/request-metadata.ts';
import { Problem } from '../../problems.ts';
import { revokeSession } from './statements.ts';

export const revoke = endpoint(
  { route: 'DELETE /api/auth/sessions/:id', access: 'session', limit: 'write', trips: 1 },
  ({ database, newId, now }) =>
    async ({ context, caller, id }) => {
      const event = eventContextOf(context, { newId, now });
      const outcome = await revokeSession(database, { ...caller, ...event, revokedId: id });
      switch (outcome) {
        case 'revoked':
          return context.body(null, 204);
        case 'not-found':
          throw new Problem('not-found');
        case 'caller-ended':
          throw new Problem('session-ended');
      }
    },
);
