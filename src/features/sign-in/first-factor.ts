// What somebody who is signed in shows first, once more: each method with what it is checked against, in one round trip.

import type { Context } from 'hono';
import type * as z from 'zod/mini';
import { confirmPassword } from '../../authentication/confirm-password.ts';
import { shownCode } from '../../authentication/provider-code.ts';
import { readGrant } from '../../authentication/read-grant.ts';
import { orEnded } from '../../authentication/refused-caller.ts';
import type { GivenCode, StoredFactor } from '../../authentication/second-factor.ts';
import { shownIdentity } from '../../authentication/shown-identity.ts';
import {
  challengeFor,
  credentialIdOf,
  passkeyRefused,
  shownPasskey,
} from '../../authentication/shown-passkey.ts';
import type { Dependencies, Variables } from '../../context.ts';
import { presentedDevice } from '../../http/known-device.ts';
import type { assertionCredential } from '../../http/passkey-fields.ts';
import { goodGrant } from '../../http/presented-grant.ts';
import { Problem } from '../../problems.ts';
import type { Caller } from '../../sessions/active-caller.ts';
import { firstFailure } from './email-code-statements.ts';
import { lookAtOwnCode, provenByOwnCode } from './own-email-code-statements.ts';
import { findOwnPasskey } from './passkey-statements.ts';
import {
  findOwnIdentity,
  provenByOwnIdentity,
  provenByOwnPasskey,
  provenByOwnPassword,
  type ShownAgain,
} from './reauthenticate-statements.ts';

export type Method = 'password' | 'passkey' | 'provider' | 'email-code';

/** The fields of all of them. */
export type ShownFirst = GivenCode & {
  readonly method: Method;
  readonly password?: string | undefined;
  readonly credential?: z.output<ReturnType<typeof assertionCredential>> | undefined;
  readonly provider?: string | undefined;
  readonly id_token?: string | undefined;
  readonly nonce?: string | undefined;
  readonly authorization_code?: string | undefined;
  readonly request?: string | undefined;
  readonly code?: string | undefined;
  readonly known_device?: string | undefined;
};

/** What was shown was right, and is good no more. */
export const usedBefore: Readonly<Record<Method, () => Problem>> = {
  password: () => new Problem('invalid-credentials'),
  passkey: () => passkeyRefused('its challenge was used before'),
  provider: () => new Problem('id-token-not-accepted', { detail: 'It was used before, or its nonce was.' }),
  'email-code': () => new Problem('invalid-token'),
};

/** What was shown first, and the second factor that its user has. */
type FirstFactor = {
  readonly has: StoredFactor & { readonly is_repeated_code: boolean };
  /** It is two factors by itself. */
  readonly owesNothing: boolean;
  readonly first: ShownAgain;
  /** Of the provider, which is to be redeemed. */
  readonly hasCode?: boolean;
  /** A common table expression `first`: a row, where no wrong second factor of this call was counted before. */
  readonly firstFailure?: ReturnType<typeof firstFailure>;
};

type Calling = {
  readonly context: Context<{ Variables: Variables }>;
  readonly caller: Caller;
  /** By which its repeat is known. */
  readonly call: string;
};

export async function firstFactor(
  dependencies: Dependencies,
  { context, caller, call }: Calling,
  given: ShownFirst,
): Promise<FirstFactor> {
  switch (given.method) {
    case 'password': {
      const has = await confirmPassword(dependencies, caller, given.password ?? '', { beside: { call } });
      return { has, owesNothing: false, first: provenByOwnPassword(has.password_version) };
    }
    case 'passkey':
      return byPasskey(dependencies, caller, given, call);
    case 'provider':
      return byProvider(dependencies, caller, given, call);
    case 'email-code':
      return byOwnCode(dependencies, { context, caller, call }, given);
  }
}

async function byPasskey(
  dependencies: Dependencies,
  caller: Caller,
  { credential }: ShownFirst,
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
    first: provenByOwnPasskey(shown, { call, now: caller.now }),
  };
}

async function byProvider(
  dependencies: Dependencies,
  caller: Caller,
  { provider = '', id_token = '', nonce, authorization_code }: ShownFirst,
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
  const first = provenByOwnIdentity(shown, code, { call, now: caller.now });
  return { has, owesNothing: false, first, hasCode: code !== undefined };
}

async function byOwnCode(
  dependencies: Dependencies,
  { context, caller, call }: Calling,
  { request, code, known_device }: ShownFirst,
): Promise<FirstFactor> {
  const { config, database, newId } = dependencies;
  const refused = async (problem: unknown) => {
    throw await orEnded(database, caller, problem);
  };
  if (!config.emailCodes) return refused(new Problem('way-not-enabled'));
  const read = await readGrant({ request, code }, ['sign-in'], dependencies).catch(refused);
  const { presented, requestId = '' } = read;
  const device = await presentedDevice(context, known_device, dependencies);
  const looking = { callHash: call, deviceId: device?.deviceId ?? null, now: caller.now };
  const has = await lookAtOwnCode(database, caller, presented, looking);
  if (!has) throw new Problem('session-ended');
  if (has.is_guest) throw new Problem('account-is-guest');
  goodGrant(context, has, dependencies);
  return {
    has,
    owesNothing: false,
    first: provenByOwnCode(presented, { ...looking, use: newId() }),
    firstFailure: firstFailure(requestId, call),
  };
}
