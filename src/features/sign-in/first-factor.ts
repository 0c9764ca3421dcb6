// What somebody who is signed in shows first, once more: each method with what it is checked against, in one round trip.

import type * as z from 'zod/mini';
import { confirmPassword } from '../../authentication/confirm-password.ts';
import { codeOf } from '../../authentication/provider-code.ts';
import { orEnded } from '../../authentication/refused-caller.ts';
import type { GivenCode, StoredFactor } from '../../authentication/second-factor.ts';
import { shownIdentity } from '../../authentication/shown-identity.ts';
import {
  challengeFor,
  credentialIdOf,
  passkeyRefused,
  shownPasskey,
} from '../../authentication/shown-passkey.ts';
import type { Dependencies } from '../../context.ts';
import type { assertionCredential } from '../../http/passkey-fields.ts';
import { Problem } from '../../problems.ts';
import type { Caller } from '../../sessions/active-caller.ts';
import { findOwnPasskey } from './passkey-statements.ts';
import {
  findOwnIdentity,
  provenByOwnIdentity,
  provenByOwnPasskey,
  provenByOwnPassword,
  type ShownAgain,
} from './reauthenticate-statements.ts';

export type Method = 'password' | 'passkey' | 'provider';

/** The fields of all of them. */
export type ShownFirst = GivenCode & {
  readonly method: Method;
  readonly password?: string | undefined;
  readonly credential?: z.output<ReturnType<typeof assertionCredential>> | undefined;
  readonly provider?: string | undefined;
  readonly id_token?: string | undefined;
  readonly nonce?: string | undefined;
  readonly authorization_code?: string | undefined;
};

/** What was shown was right, and is good no more. */
export const usedBefore: Readonly<Record<Method, () => Problem>> = {
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
};

export async function firstFactor(
  dependencies: Dependencies,
  caller: Caller,
  given: ShownFirst,
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
    proven: provenByOwnPasskey(shown, { call, now: caller.now }),
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
  const code = await codeOf(dependencies, shown, authorization_code);
  return { has, owesNothing: false, proven: provenByOwnIdentity(shown, { call, code, now: caller.now }) };
}
