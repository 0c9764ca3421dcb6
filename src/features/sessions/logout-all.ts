// POST /api/auth/logout-all: ends every session of the user, this one included, and forgets their devices where that is asked for.

import * as z from 'zod/mini';
import { sessionEnded } from '../../http/authenticate.ts';
import { authenticatedToWrite } from '../../http/authenticated-write.ts';
import { occasionOf } from '../../http/device.ts';
import { jsonBody } from '../../http/json-body.ts';
import type { Endpoint } from '../../http/router.ts';
import { clearTokenCookies } from '../../http/token-cookies.ts';
import { endEverySession } from './statements.ts';

export const LogoutAll = z.object({ forget_devices: z._default(z.boolean(), false) });

export const logoutAll: Endpoint = (router, dependencies) => {
  const { database } = dependencies;

  router.post(
    '/api/auth/logout-all',
    authenticatedToWrite(dependencies),
    jsonBody(LogoutAll),
    async (context) => {
      const lived = await endEverySession(database, {
        ...context.get('access'),
        ...occasionOf(context, dependencies),
        forgetDevices: context.req.valid('json').forget_devices,
      });
      if (!lived) throw sessionEnded();
      if (context.get('byCookie')) clearTokenCookies(context);
      return context.body(null, 204);
    },
  );
};
