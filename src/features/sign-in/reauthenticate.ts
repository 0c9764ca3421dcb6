// POST /api/auth/reauthenticate: the user shows once more who they are, and the session is recent.

import * as z from 'zod/mini';
import { confirmPassword } from '../../authentication/confirm-password.ts';
import { shownCode } from '../../authentication/provider-code.ts';
import { orEnded } from '../../authentication/refused-caller.ts';
import {
  codeFactors,
  type GivenCode,
  hasCode,
  type StoredFactor,
  shownFactor,
} from '../../authentication/second-factor.ts';
import { shownIdentity } from '../../authentication/shown-identity.ts';
import {
  challengeFor,
  credentialIdOf,
  passkeyRefused,
  shownPasskey,
} from '../../authentication/shown-passkey.ts';
import type { Dependencies } from '../../context.ts';
import { endpoint } from '../../http/endpoint.ts';
import { recoveryCode, totp } from '../../http/factor-fields.ts';
import { optional, password, text } from '../../http/fields.ts';
import { callHash } from '../../http/idempotency.ts';
import { identityFields } from '../../http/identity-fields.ts';
import { assertionCredential } from '../../http/passkey-fields.ts';
import { eventContextOf } from '../../http/request-metadata.ts';
import { accessTokenResponse } from '../../http/token-response.ts';
import { Problem } from '../../problems.ts';
import type { Caller } from '../../sessions/active-caller.ts';
import { claimsOf, issueAccess } from '../../sessions/tokens.ts';
import { recordWrongFactor } from './owed-factor-statements.ts';
import { findOwnPasskey } from './passkey-statements.ts';
import {
  findOwnIdentity,
  provenByOwnIdentity,
  provenByOwnPasskey,
  provenByOwnPassword,
  reauthenticate as renewLevel,
  type ShownAgain,
} from './reauthenticate-statements.ts';

type Method = 'password' | 'passkey' | 'provider';

type Given = GivenCode & {
  readonly method: Method;
  readonly password?: string | undefined;
  readonly credential?: z.output<ReturnType<typeof assertionCredential>> | undefined;
  readonly provider?: string | undefined;
  readonly id_token?: string | undefined;
  readonly nonce?: string | undefined;
  readonly authorization_code?: string | undefined;
};

/** A field that one of the methods cannot do without. */
const neededBy = (method: Method, field: 'password' | 'credential' | 'provider' | 'id_token' | 'nonce') =>
  z.refine<Given>((given) => given.method !== method || given[field] !== undefined, {
    error: 'is required',
    path: [field],
  });

const reauthentication = () =>
  z
    .object({
      method: z.enum(['password', 'passkey', 'provider'], {
        error: 'must be "password", "passkey" or "provider"',
      }),
      password: optional(password()),
      credential: optional(assertionCredential()),
      provider: optional(text({ minimum: 1, maximum: 32 })),
      ...identityFields(),
      id_token: optional(identityFields().id_token),
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
        proven,
        hasCode: isCallDue,
      } = await firstFactor(dependencies, caller, body, call);
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
          throw usedBefore[body.method]();
        case 'factor-refused':
          await recordWrongFactor(database, { ...event, userId, totpId: has.totp_id, isStrangers: false });
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

/** What was shown was right, and is good no more. */
const usedBefore: Readonly<Record<Method, () => Problem>> = {
  password: () => new Problem('invalid-credentials'),
  passkey: () => passkeyRefused('its challenge was used before'),
  provider: () => new Problem('id-token-not-accepted', { detail: 'It was used before, or its nonce was.' }),
};

/** What was shown first, and the second factor that its user has. */
type FirstFactor = {
  readonly has: StoredFactor & { readonly is_repeated_code: boolean };
  /** It is two factors by itself. */
  readonly owesNothing: boolean;
  readonly proven: ShownAgain;
  /** Of the provider, which is to be redeemed. */
  readonly hasCode?: boolean;
};

async function firstFactor(
  dependencies: Dependencies,
  caller: Caller,
  given: Given,
  call: string,
): Promise<FirstFactor> {
  switch (given.method) {
    case 'password': {
      const has = await confirmPassword(dependencies, caller, given.password ?? '', { beside: { call } });
      return { has, owesNothing: false, proven: provenByOwnPassword(has.password_version) };
    }
    case 'passkey':
      return byPasskey(dependencies, caller, given, call);
    case 'provider':
      return byProvider(dependencies, caller, given, call);
  }
}

async function byPasskey(
  dependencies: Dependencies,
  caller: Caller,
  { credential }: Given,
  call: string,
): Promise<FirstFactor> {
  if (!credential) throw new Error('A passkey without a credential');
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

async function byProvider(
  dependencies: Dependencies,
  caller: Caller,
  { provider = '', id_token = '', nonce, authorization_code }: Given,
  call: string,
): Promise<FirstFactor> {
  const { database } = dependencies;
  const shown = await shownIdentity(dependencies, provider, { id_token, nonce }, { nonce: true }).catch(
    async (problem) => {
      throw await orEnded(database, caller, problem);
    },
  );
  const has = await findOwnIdentity(database, caller, { identity: shown, call });
  if (!has) throw new Problem('session-ended');
  if (!has.is_theirs)
    throw new Problem('id-token-not-accepted', { detail: 'It is of no identity of this account.' });
  const code = await shownCode(dependencies, shown, authorization_code);
  const proven = provenByOwnIdentity(shown, code, { call, now: caller.now });
  return { has, owesNothing: false, proven, hasCode: code !== undefined };
}
