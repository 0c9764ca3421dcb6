// POST /api/auth/logout-all: ends every session of the user, this one included; on request forgets the known devices.

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
  ({ database, newId, now }) =>
    async ({ context, body, caller }) => {
      const wasActive = await endEverySession(database, {
        ...caller,
        ...eventContextOf(context, { newId, now }),
        forgetDevices: body.forget_devices,
      });
      if (!wasActive) throw new Problem('session-ended');
      if (context.get('cameByCookie')) clearTokenCookies(context);
      return context.body(null, 204);
    },
);
