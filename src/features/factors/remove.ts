// DELETE /api/users/me/totp: no second factor is owed any more. Where there is none, that is so already.

import { refusedCaller } from '../../authentication/refused-caller.ts';
import { endpoint } from '../../http/endpoint.ts';
import { eventContextOf } from '../../http/request-metadata.ts';
import { removeTotp } from './statements.ts';

export const remove = endpoint(
  { route: 'DELETE /api/users/me/totp', access: 'session', recent: true, limit: 'write', trips: 1 },
  (dependencies) =>
    async ({ context, caller }) => {
      const { database, newId } = dependencies;
      const event = eventContextOf(context, dependencies);
      const removed = await removeTotp(database, { ...event, ...caller, mailId: newId() });
      if (!removed) throw await refusedCaller(dependencies, caller);
      if (removed.was_on) context.set('mailIsDue', true);
      return context.body(null, 204);
    },
);
