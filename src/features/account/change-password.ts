// POST /api/auth/change-password: ends every session, and starts a new one in place of the caller's.

import * as z from 'zod/mini';
import { forgetAttempts } from '../../authentication/attempts.ts';
import { confirmPassword } from '../../authentication/confirm-password.ts';
import { ClaimsFailed } from '../../database/client.ts';
import { provenKey } from '../../http/dpop.ts';
import { endpoint } from '../../http/endpoint.ts';
import { password } from '../../http/fields.ts';
import { idempotencyKeyHash } from '../../http/idempotency.ts';
import { requestMetadata, requestNetwork } from '../../http/request-metadata.ts';
import { startedSessionResponse } from '../../http/session-start.ts';
import { refuseWeakPassword } from '../../passwords/accept.ts';
import { Problem } from '../../problems.ts';
import { changePassword as changeStoredPassword, repeatChange } from './change-password-statements.ts';

const passwordChange = () => z.object({ current_password: password(), new_password: password() });

export const changePassword = endpoint(
  {
    route: 'POST /api/auth/change-password',
    access: 'session',
    limit: 'login',
    takesKey: true,
    takesProof: true,
    body: passwordChange,
    trips: 2,
  },
  (dependencies) => {
    const { config, database, passwords, newId } = dependencies;

    return async ({ context, body, caller }) => {
      const { current_password, new_password } = body;
      const keyHash = await idempotencyKeyHash(context);
      const call = {
        ...caller,
        origin: requestMetadata(context),
        network: requestNetwork(context),
        mailId: newId(),
        roleClaim: config.roleClaim,
        retryWindowSeconds: config.refreshRetryWindowSeconds,
      };
      // The way that the caller's token came.
      const delivery = context.get('cameByCookie') ? 'cookie' : 'body';
      const proofJkt = await provenKey(context, dependencies);
      const { userId } = caller;

      // Once more where another change came first: it may have been this call, sent twice.
      for (const _ of ['first', 'overtaken']) {
        const owner = await confirmPassword(dependencies, caller, current_password, {
          change: { keyHash, password: new_password, proofJkt },
        });
        const passwordVersion = owner.password_version;
        if (owner.is_repeat && keyHash !== null) {
          const successor = await repeatChange(database, { ...call, keyHash, passwordVersion });
          if (successor?.outcome === 'superseded') throw new Problem('refresh-superseded');
          if (successor?.outcome === 'reused') context.set('mailIsDue', true);
          if (successor?.outcome !== 'found') throw new Problem('session-ended');
          context.set('outcome', 'repeated');
          const started = { ...successor, user_id: userId };
          return startedSessionResponse(context, dependencies, started, { delivery, now: caller.now });
        }
        await refuseWeakPassword(new_password, dependencies, {
          context: [owner.email, owner.name],
          pointer: '/new_password',
        }).catch(async (refusal: unknown) => {
          await forgetAttempts(database, caller.sessionId);
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
        }).catch(async (error: unknown) => {
          if (error instanceof ClaimsFailed) await forgetAttempts(database, caller.sessionId);
          throw error;
        });
        context.set('outcome', change.outcome);
        switch (change.outcome) {
          case 'changed':
            context.set('mailIsDue', true);
            return startedSessionResponse(
              context,
              dependencies,
              { ...change, user_id: userId },
              { delivery, now: caller.now },
            );
          case 'superseded':
            throw new Problem('refresh-superseded');
          case 'overtaken':
        }
      }
      throw new Problem('invalid-credentials');
    };
  },
);
