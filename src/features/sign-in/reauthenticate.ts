// POST /api/auth/reauthenticate: the user shows once more who they are, and the session is recent.

import * as z from 'zod/mini';
import { confirmPassword } from '../../authentication/confirm-password.ts';
import { codeFactors, hasCode, shownFactor } from '../../authentication/second-factor.ts';
import { endpoint } from '../../http/endpoint.ts';
import { recoveryCode, totp } from '../../http/factor-fields.ts';
import { optional, password } from '../../http/fields.ts';
import { callHash } from '../../http/idempotency.ts';
import { eventContextOf } from '../../http/request-metadata.ts';
import { accessTokenResponse } from '../../http/token-response.ts';
import { Problem } from '../../problems.ts';
import { claimsOf, issueAccess } from '../../sessions/tokens.ts';
import { provenByOwnPassword, reauthenticate as renewLevel } from './reauthenticate-statements.ts';
import { recordWrongFactor } from './second-factor-statements.ts';

const reauthentication = () =>
  z.object({
    method: z.literal('password', { error: 'must be "password"' }),
    password: password(),
    totp: optional(totp()),
    recovery_code: optional(recoveryCode()),
  });

export const reauthenticate = endpoint(
  {
    route: 'POST /api/auth/reauthenticate',
    access: 'session',
    limit: 'login',
    takesKey: true,
    body: reauthentication,
    trips: 2,
  },
  (dependencies) => {
    const { config, database } = dependencies;

    return async ({ context, body, caller }) => {
      const event = eventContextOf(context, dependencies);
      const hash = await callHash(context, dependencies);
      const owner = await confirmPassword(dependencies, caller, body.password, { beside: { call: hash } });
      const { userId, sessionId, now } = caller;
      const { totp_id: totpId, is_repeated_code: isRepeat } = owner;
      // The password was right, and is a try still: below the user's level nothing is forgotten, and nothing renewed.
      if (totpId !== null && !hasCode(body))
        throw new Problem('second-factor-required', { members: { factors: codeFactors } });
      const factor = await shownFactor(dependencies, { ...owner, userId, isRepeat }, body);
      const renewed =
        totpId !== null && !factor
          ? ({ outcome: 'factor-refused' } as const)
          : await renewLevel(
              database,
              { ...event, ...caller, call: hash ?? event.eventId },
              { proven: provenByOwnPassword(owner.password_version), factor },
            );
      switch (renewed.outcome) {
        case 'ended':
          throw new Problem('session-ended');
        case 'factor-refused':
          await recordWrongFactor(database, { ...event, userId, totpId, isStrangers: false });
          throw new Problem('invalid-second-factor');
        case 'renewed': {
          const { access } = claimsOf(config, { id: sessionId, userId, newest: renewed, now });
          return accessTokenResponse(context, dependencies, await issueAccess(dependencies, access), {
            sessionId,
            // The way that the caller's token came.
            delivery: context.get('cameByCookie') ? 'cookie' : 'body',
          });
        }
      }
    };
  },
);
