// POST /api/auth/reauthenticate: the user shows once more who they are, and the session is recent. It takes no
// Idempotency-Key: a repeat comes to the same.

import * as z from 'zod/mini';
import { confirmPassword } from '../../authentication/confirm-password.ts';
import { endpoint } from '../../http/endpoint.ts';
import { password } from '../../http/fields.ts';
import { eventContextOf } from '../../http/request-metadata.ts';
import { accessTokenResponse } from '../../http/token-response.ts';
import { Problem } from '../../problems.ts';
import { claimsOf, issueAccess } from '../../sessions/tokens.ts';
import { reauthenticate as renewLevel } from './reauthenticate-statements.ts';

const reauthentication = () =>
  z.object({
    method: z.literal('password', { error: 'must be "password"' }),
    password: password(),
  });

export const reauthenticate = endpoint(
  {
    route: 'POST /api/auth/reauthenticate',
    access: 'session',
    limit: 'login',
    body: reauthentication,
    trips: 2,
  },
  (dependencies) => {
    const { config, database } = dependencies;

    return async ({ context, body, caller }) => {
      const { password_version } = await confirmPassword(dependencies, caller, body.password);
      const newest = await renewLevel(database, {
        ...eventContextOf(context, dependencies),
        ...caller,
        passwordVersion: password_version,
      });
      if (!newest) throw new Problem('session-ended');
      const { sessionId, userId, now } = caller;
      const { access } = claimsOf(config, { id: sessionId, userId, newest, now });
      return accessTokenResponse(context, dependencies, await issueAccess(dependencies, access), {
        sessionId,
        // The way that the caller's token came.
        delivery: context.get('cameByCookie') ? 'cookie' : 'body',
      });
    };
  },
);
