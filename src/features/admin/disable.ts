// POST /api/admin/users/{id}/disable: nobody signs in to the account any more, and whoever is signed in is out.

import * as z from 'zod/mini';
import { endpoint } from '../../http/endpoint.ts';
import { line } from '../../http/fields.ts';
import { disableUser } from '../../operators/disable.ts';
import { actOf, settled } from './outcome.ts';

export const disable = endpoint(
  {
    route: 'POST /api/admin/users/:id/disable',
    access: 'session',
    operator: 'write',
    limit: 'write',
    body: () => z.object({ reason: line(500) }),
    trips: 1,
  },
  (dependencies) =>
    async ({ context, body, caller, id }) => {
      const act = { ...actOf(context, dependencies, caller), userId: id, reason: body.reason };
      await settled(await disableUser(dependencies.database, act), dependencies, caller);
      return context.body(null, 204);
    },
);
