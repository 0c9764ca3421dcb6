// POST /api/auth/logout-all: ends every session of the user, this one included.

import { sessionEnded } from '../../http/authenticate.ts';
import { authenticatedToWrite } from '../../http/authenticated-write.ts';
import { occasionOf } from '../../http/device.ts';
import type { Endpoint } from '../../http/router.ts';
import { clearTokenCookies } from '../../http/token-cookies.ts';
import { endEverySession } from './statements.ts';

export const logoutAll: Endpoint = (router, dependencies) => {
  const { database } = dependencies;

  router.post('/api/auth/logout-all', authenticatedToWrite(dependencies), async (context) => {
    const lived = await endEverySession(database, {
      ...context.get('access'),
      ...occasionOf(context, dependencies),
    });
    if (!lived) throw sessionEnded();
    clearTokenCookies(context);
    return context.body(null, 204);
  });
};
