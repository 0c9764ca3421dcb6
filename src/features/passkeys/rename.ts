// PATCH /api/users/me/passkeys/{id}: names a passkey.

import * as z from 'zod/mini';
import { endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../problems.ts';
import { passkeyName } from './create.ts';
import { renamePasskey as renameStoredPasskey } from './statements.ts';

export const renamePasskey = endpoint(
  {
    route: 'PATCH /api/users/me/passkeys/:id',
    access: 'session',
    limit: 'write',
    body: () => z.object({ name: passkeyName() }),
    trips: 1,
  },
  ({ database }) =>
    async ({ context, body, caller, id }) => {
      const { outcome, ...passkey } = await renameStoredPasskey(database, { ...caller, id, name: body.name });
      if (outcome === 'caller-ended') throw new Problem('session-ended');
      if (outcome === 'not-found') throw new Problem('not-found');
      context.header('Cache-Control', 'private, no-store');
      return context.json(passkey);
    },
);
