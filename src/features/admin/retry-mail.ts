// POST /api/admin/mails/{id}/retry: the same mail once more, with secrets of its own.

import { endpoint } from '../../http/endpoint.ts';
import { callHash } from '../../http/idempotency.ts';
import { retryMail as retryStoredMail } from '../../operators/mails.ts';
import { actOf, settled } from './outcome.ts';

export const retryMail = endpoint(
  {
    route: 'POST /api/admin/mails/:id/retry',
    access: 'session',
    operator: 'write',
    limit: 'write',
    takesKey: true,
    trips: 1,
  },
  (dependencies) =>
    async ({ context, caller, id }) => {
      const { outcome, id: newMail } = await retryStoredMail(dependencies.database, {
        ...actOf(context, dependencies, caller),
        mailId: id,
        newId: dependencies.newId(),
        callHash: await callHash(context, dependencies),
      });
      await settled(outcome, dependencies, caller);
      context.set('mailIsDue', true);
      return context.json({ id: newMail }, 202);
    },
);
