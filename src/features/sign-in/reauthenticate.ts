// POST /api/auth/reauthenticate: the user shows once more who they are, and the session is recent.

import * as z from 'zod/mini';
import { forgetAttempts } from '../../authentication/attempts.ts';
import { codeFactors, hasCode, shownFactor } from '../../authentication/second-factor.ts';
import { ClaimsFailed } from '../../database/client.ts';
import { endpoint } from '../../http/endpoint.ts';
import { recoveryCode, totp } from '../../http/factor-fields.ts';
import { knownDevice, optional, password, signedToken, text } from '../../http/fields.ts';
import { callHash } from '../../http/idempotency.ts';
import { identityFields } from '../../http/identity-fields.ts';
import { assertionCredential } from '../../http/passkey-fields.ts';
import { eventContextOf } from '../../http/request-metadata.ts';
import { accessTokenResponse } from '../../http/token-response.ts';
import { Problem } from '../../problems.ts';
import { claimsOf, issueAccess } from '../../sessions/tokens.ts';
import { firstFactor, type Method, type ShownFirst, usedBefore } from './first-factor.ts';
import { recordWrongFactor } from './owed-factor-statements.ts';
import { reauthenticate as renewLevel } from './reauthenticate-statements.ts';

/** A field that one of the methods cannot do without. */
const neededBy = (method: Method, field: keyof ShownFirst) =>
  z.refine<ShownFirst>((given) => given.method !== method || given[field] !== undefined, {
    error: 'is required',
    path: [field],
  });

const reauthentication = () =>
  z
    .object({
      method: z.enum(['password', 'passkey', 'provider', 'email-code'], {
        error: 'must be "password", "passkey", "provider" or "email-code"',
      }),
      password: optional(password()),
      credential: optional(assertionCredential()),
      provider: optional(text({ minimum: 1, maximum: 32 })),
      ...identityFields(),
      id_token: optional(identityFields().id_token),
      request: optional(signedToken()),
      code: optional(text({ minimum: 1, maximum: 64 })),
      known_device: knownDevice(),
      totp: optional(totp()),
      recovery_code: optional(recoveryCode()),
    })
    .check(
      neededBy('password', 'password'),
      neededBy('passkey', 'credential'),
      neededBy('provider', 'provider'),
      neededBy('provider', 'id_token'),
      // Also where the provider's is optional: without it an ID token says that somebody signed in, and not here.
      neededBy('provider', 'nonce'),
      neededBy('email-code', 'request'),
      neededBy('email-code', 'code'),
    );

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
      const call = hash ?? event.eventId;
      const { userId, sessionId, now } = caller;
      const {
        has,
        owesNothing,
        first,
        firstFailure,
        hasCode: isCallDue,
      } = await firstFactor(dependencies, { context, caller, call }, body);
      // What was shown was right, and is a try still: below the user's level nothing is forgotten, and nothing renewed.
      if (has.totp_id !== null && !owesNothing && !hasCode(body))
        throw new Problem('second-factor-required', { members: { factors: codeFactors } });
      const factor = owesNothing
        ? undefined
        : await shownFactor(dependencies, { ...has, userId, isRepeat: has.is_repeated_code }, body);
      const renewed =
        has.totp_id !== null && !owesNothing && !factor
          ? ({ outcome: 'factor-refused' } as const)
          : await renewLevel(database, { ...event, ...caller, ...config, call }, { first, factor }).catch(
              async (error: unknown) => {
                if (error instanceof ClaimsFailed) await forgetAttempts(database, sessionId);
                throw error;
              },
            );
      switch (renewed.outcome) {
        case 'ended':
          throw new Problem('session-ended');
        case 'refused':
          throw usedBefore[body.method]();
        case 'factor-refused':
          await recordWrongFactor(database, {
            ...event,
            userId,
            totpId: has.totp_id,
            isStrangers: false,
            first: firstFailure,
          });
          throw new Problem('invalid-second-factor');
        case 'renewed': {
          if (isCallDue) context.set('providerCallIsDue', true);
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
