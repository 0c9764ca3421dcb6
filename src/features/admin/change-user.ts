// PATCH /api/admin/users/{id}: what operators alone write about a user.

import * as z from 'zod/mini';
import { endpoint } from '../../http/endpoint.ts';
import { metadataField, tooLarge } from '../../http/metadata-field.ts';
import { changeAppMetadata } from '../../operators/app-metadata.ts';
import { Problem } from '../../problems.ts';
import { actOf, settled } from './outcome.ts';

export const changeUser = endpoint(
  {
    route: 'PATCH /api/admin/users/:id',
    access: 'session',
    operator: 'write',
    limit: 'write',
    body: () => z.object({ app_metadata: metadataField() }),
    trips: 1,
  },
  (dependencies) =>
    async ({ context, body, caller, id }) => {
      const changed = await changeAppMetadata(dependencies.database, {
        ...actOf(context, dependencies, caller),
        userId: id,
        metadata: body.app_metadata,
      });
      if (changed.outcome === 'too-large')
        throw new Problem('validation-failed', { errors: [{ pointer: '/app_metadata', detail: tooLarge }] });
      if (changed.outcome === 'done') return context.json(changed.user);
      await settled(changed.outcome, dependencies, caller);
      throw new Problem('not-found');
    },
);
