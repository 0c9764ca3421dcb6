// DELETE /api/auth/sessions/{id}: signs one device out.

import { sessionEnded } from '../../http/authenticate.ts';
import { authenticatedToWrite } from '../../http/authenticated-write.ts';
import { occasionOf } from '../../http/device.ts';
import { isUuid } from '../../http/fields.ts';
import type { Endpoint } from '../../http/router.ts';
import { Problem } from '../../problems.ts';
import { revokeSession } from './statements.ts';

export const revoke: Endpoint = (router, dependencies) => {
  const { database } = dependencies;

  router.delete('/api/auth/sessions/:id', authenticatedToWrite(dependencies), async (context) => {
    const revokedId = context.req.param('id');
    if (!isUuid(revokedId)) throw new Problem('not-found');
    switch (
      await revokeSession(database, {
        ...context.get('access'),
        ...occasionOf(context, dependencies),
        revokedId,
      })
    ) {
      case 'revoked':
        return context.body(null, 204);
      case 'not-found':
        throw new Problem('not-found');
      case 'caller-ended':
        throw sessionEnded();
    }
  });
};
