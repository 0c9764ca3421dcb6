// POST /api/auth/change-password: the old password for a new one. Every session ends, and a new one takes the caller's place.

import * as z from 'zod/mini';
import { bearerToken, sessionEnded } from '../../http/authenticate.ts';
import { refuseWeakPassword } from '../../http/chosen-password.ts';
import { confirmPassword } from '../../http/confirmed-password.ts';
import { requestNetwork, requestOrigin } from '../../http/device.ts';
import { endpoint } from '../../http/endpoint.ts';
import { password } from '../../http/fields.ts';
import { idempotencyKeyHash } from '../../http/idempotency.ts';
import { successorResponse } from '../../http/successor-response.ts';
import { Problem } from '../../problems.ts';
import {
  changePassword as changeStoredPassword,
  forgetAttempts,
  repeatChange,
} from './change-password-statements.ts';

const passwordChange = () => z.object({ current_password: password(), new_password: password() });

export const changePassword = endpoint(
  {
    route: 'POST /api/auth/change-password',
    access: 'session',
    limit: 'login',
    takesKey: true,
    body: passwordChange,
    trips: 2,
  },
  (dependencies) => {
    const { config, database, passwords, newId } = dependencies;

    return async ({ context, body, caller }) => {
      const { current_password, new_password } = body;
      const keyHash = await idempotencyKeyHash(context);
      const call = { ...caller, origin: requestOrigin(context), network: requestNetwork(context) };
      // What came by cookie goes by cookie: authenticated() looks at one where no header speaks.
      const isBearer = bearerToken(context.req.header('Authorization')) !== undefined;
      const delivery = isBearer ? 'body' : 'cookie';
      const { userId } = caller;

      // The second time for a change that another one overtook: it may have been this one, sent twice.
      for (const _ of ['first', 'overtaken']) {
        const owner = await confirmPassword(dependencies, caller, current_password, {
          keyHash,
          password: new_password,
        });
        const passwordVersion = owner.password_version;
        if (owner.is_repeat && keyHash !== null) {
          const successor = await repeatChange(database, { ...call, keyHash, passwordVersion });
          if (!successor) throw sessionEnded();
          context.set('outcome', 'repeated');
          return successorResponse(context, dependencies, { userId, successor, now: caller.now, delivery });
        }
        await refuseWeakPassword(new_password, dependencies, {
          context: [owner.email, owner.name],
          pointer: '/new_password',
        }).catch(async (refusal: unknown) => {
          await forgetAttempts(database, caller);
          throw refusal;
        });
        const change = await changeStoredPassword(database, {
          ...call,
          passwordVersion,
          passwordHash: await passwords.hash(new_password),
          keyHash,
          refreshTokenSeconds: config.refreshTokenSeconds,
          newSessionId: newId(),
          newDeviceId: newId(),
          eventId: newId(),
          mailId: newId(),
        });
        context.set('outcome', change.outcome);
        switch (change.outcome) {
          case 'changed':
            context.set('mailIsDue', true);
            return successorResponse(context, dependencies, {
              userId,
              successor: change,
              now: caller.now,
              delivery,
            });
          case 'superseded':
            throw new Problem('refresh-superseded');
          case 'overtaken':
        }
      }
      throw new Problem('invalid-credentials', { headers: { 'WWW-Authenticate': 'Bearer' } });
    };
  },
);
