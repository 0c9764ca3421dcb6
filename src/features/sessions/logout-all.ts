// POST /api/auth/logout-all: ends every session of the user, this one included, and forgets their devices where that is asked for.

import * as z from 'zod/mini';
import { endpoint } from '../../http/endpoint.ts';
import { eventContextOf } from '../../http/request-metadata.ts';
import { clearTokenCookies } from '../../http/token-cookies.ts';
import { Problem } from '../../problems.ts';
import { endEverySession } from './statements.ts';

export const logoutAll = endpoint(
  {
    route: 'POST /api/auth/logout-all',
    access: 'session',
    limit: 'write',
    body: () => z.object({ forget_devices: z._default(z.boolean(), false) }),
    trips: 1,
  },
  (dependencies) => {
    const { database } = dependencies;

    return async ({ context, body, caller }) => {
      const lived = await endEverySession(database, {
        ...caller,
        ...eventContextOf(context, dependencies),
        forgetDevices: body.forget_devices,
      });
      if (!lived) throw new Problem('session-ended');
      if (context.get('byCookie')) clearTokenCookies(context);
      return context.body(null, 204);
    };
  },
);
