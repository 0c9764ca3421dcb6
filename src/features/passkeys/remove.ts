// DELETE /api/users/me/passkeys/{id}: removes a passkey, unless it is the last way to sign in.

import { refusedCaller } from '../../authentication/refused-caller.ts';
import { endpoint } from '../../http/endpoint.ts';
import { eventContextOf } from '../../http/request-metadata.ts';
import { Problem } from '../../problems.ts';
import { removePasskey as removeStoredPasskey } from './change-statements.ts';

export const removePasskey = endpoint(
  { route: 'DELETE /api/users/me/passkeys/:id', access: 'session', recent: true, limit: 'write', trips: 1 },
  (dependencies) =>
    async ({ context, caller, id }) => {
      const outcome = await removeStoredPasskey(dependencies.database, {
        ...caller,
        ...eventContextOf(context, dependencies),
        mailId: dependencies.newId(),
        id,
        byEmailCode: dependencies.config.emailCodes,
      });
      switch (outcome) {
        case 'removed':
          context.set('mailIsDue', true);
          return context.body(null, 204);
        case 'caller-ended':
          throw await refusedCaller(dependencies, caller);
        default:
          throw new Problem(outcome);
      }
    },
);
