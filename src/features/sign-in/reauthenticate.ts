// POST /api/auth/reauthenticate: the user shows once more who they are, and the session is recent.

import * as z from 'zod/mini';
import { confirmPassword } from '../../authentication/confirm-password.ts';
import {
  codeFactors,
  type GivenCode,
  hasCode,
  type StoredFactor,
  shownFactor,
} from '../../authentication/second-factor.ts';
import {
  challengeFor,
  credentialIdOf,
  passkeyRefused,
  shownPasskey,
} from '../../authentication/shown-passkey.ts';
import type { Dependencies } from '../../context.ts';
import { endpoint } from '../../http/endpoint.ts';
import { recoveryCode, totp } from '../../http/factor-fields.ts';
import { optional, password } from '../../http/fields.ts';
import { callHash } from '../../http/idempotency.ts';
import { assertionCredential } from '../../http/passkey-fields.ts';
import { eventContextOf } from '../../http/request-metadata.ts';
import { accessTokenResponse } from '../../http/token-response.ts';
import { Problem } from '../../problems.ts';
import type { Caller } from '../../sessions/active-caller.ts';
import { claimsOf, issueAccess } from '../../sessions/tokens.ts';
import { recordWrongFactor } from './owed-factor-statements.ts';
import { findOwnPasskey } from './passkey-statements.ts';
import {
  provenByOwnPasskey,
  provenByOwnPassword,
  reauthenticate as renewLevel,
  type ShownAgain,
} from './reauthenticate-statements.ts';

type Given = GivenCode & {
  readonly method: 'password' | 'passkey';
  readonly password?: string | undefined;
  readonly credential?: z.output<ReturnType<typeof assertionCredential>> | undefined;
};

const reauthentication = () =>
  z
    .object({
      method: z.enum(['password', 'passkey'], { error: 'must be "password" or "passkey"' }),
      password: optional(password()),
      credential: optional(assertionCredential()),
      totp: optional(totp()),
      recovery_code: optional(recoveryCode()),
    })
    .check(
      z.refine<Given>(({ method, password }) => method !== 'password' || password !== undefined, {
        error: 'is required',
        path: ['password'],
      }),
      z.refine<Given>(({ method, credential }) => method !== 'passkey' || credential !== undefined, {
        error: 'is required',
        path: ['credential'],
      }),
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
      const { has, owesNothing, proven } = await firstFactor(dependencies, caller, body, call);
      // What was shown was right, and is a try still: below the user's level nothing is forgotten, and nothing renewed.
      if (has.totp_id !== null && !owesNothing && !hasCode(body))
        throw new Problem('second-factor-required', { members: { factors: codeFactors } });
      const factor = owesNothing
        ? undefined
        : await shownFactor(dependencies, { ...has, userId, isRepeat: has.is_repeated_code }, body);
      const renewed =
        has.totp_id !== null && !owesNothing && !factor
          ? ({ outcome: 'factor-refused' } as const)
          : await renewLevel(database, { ...event, ...caller, call }, { proven, factor });
      switch (renewed.outcome) {
        case 'ended':
          throw new Problem('session-ended');
        case 'refused':
          throw body.method === 'passkey'
            ? passkeyRefused('its challenge was used before')
            : new Problem('invalid-credentials');
        case 'factor-refused':
          await recordWrongFactor(database, { ...event, userId, totpId: has.totp_id, isStrangers: false });
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

/** What was shown first, and the second factor that its user has. */
type FirstFactor = {
  readonly has: StoredFactor & { readonly is_repeated_code: boolean };
  /** It is two factors by itself. */
  readonly owesNothing: boolean;
  readonly proven: ShownAgain;
};

async function firstFactor(
  dependencies: Dependencies,
  caller: Caller,
  { method, password = '', credential }: Given,
  call: string,
): Promise<FirstFactor> {
  if (method === 'password' || !credential) {
    const has = await confirmPassword(dependencies, caller, password, { beside: { call } });
    return { has, owesNothing: false, proven: provenByOwnPassword(has.password_version) };
  }
  const challenge = await challengeFor(dependencies, credential, { purpose: 'passkey-sign-in' });
  const has = await findOwnPasskey(dependencies.database, caller, {
    credentialId: credentialIdOf(credential),
    call,
  });
  if (!has) throw new Problem('session-ended');
  if (has.is_guest) throw new Problem('account-is-guest');
  if (!has.is_theirs) throw passkeyRefused('it is none of this account');
  const shown = await shownPasskey(dependencies, credential, challenge, has);
  return {
    has,
    owesNothing: shown.method.acr === 'aal2',
    proven: provenByOwnPasskey(shown, { call, now: caller.now }),
  };
}
