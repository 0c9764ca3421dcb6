// POST /api/admin/users/{id}/send-reset: mails a user a link by which they choose a password.

import { endpoint } from '../../http/endpoint.ts';
import { callHash } from '../../http/idempotency.ts';
import { sendReset as sendStoredReset } from '../../operators/send-reset.ts';
import { Problem } from '../../problems.ts';
import { actOf, settled } from './outcome.ts';

export const sendReset = endpoint(
  {
    route: 'POST /api/admin/users/:id/send-reset',
    access: 'session',
    operator: 'write',
    limit: 'write',
    takesKey: true,
    trips: 1,
  },
  (dependencies) =>
    async ({ context, caller, id }) => {
      const outcome = await sendStoredReset(dependencies.database, {
        ...actOf(context, dependencies, caller),
        userId: id,
        newId: dependencies.newId(),
        callHash: await callHash(context, dependencies),
      });
      if (outcome === 'no-address') throw new Problem('no-address');
      await settled(outcome, dependencies, caller);
      context.set('mailIsDue', true);
      return context.body(null, 204);
    },
);
