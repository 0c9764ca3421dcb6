// The ways to sign in, each on a device that the user already has.

import { post } from './calls.ts';
import type { Ask } from './cases.ts';
import { withCode, withPasskey, withPassword } from './factors.ts';
import { provider } from './id-token.ts';
import { assertion } from './passkey.ts';
import { type People, password } from './people.ts';

/** A connection signs in as a user of its own. */
export function logins(people: People): Ask {
  return asked((n) => login(people, withPassword.first + n));
}

/** Another user each time: the code of a step works once. */
export function loginsWithCode(people: People): Ask {
  let count = 0;
  return asked(() => {
    count += 1;
    return login(people, withCode.first + (count % withCode.count), { totp: people.factors.code() });
  });
}

/** The challenges are there already. */
export function passkeySignIns(people: People): Ask {
  return asked((n) => passkeySignIn(people, withPasskey.first + n, people.factors.nextChallenge()));
}

/** As an app does it: it asks for a challenge first. */
export function passkeySignInsWithOptions(people: People): Ask {
  return asked((n) => ({
    ...post('/api/auth/passkey/options', {}),
    followedBy: ({ body }) => passkeySignIn(people, withPasskey.first + n, JSON.parse(body).challenge),
  }));
}

/** By an ID token whose nonce is ours. The provider's key is in the Worker's memory. */
export function providerSignIns({ singleUse, factors }: People): Ask {
  return asked(() => {
    const { user, ...shown } = singleUse.nextIdToken();
    const known_device = factors.knownDevice(user);
    return post(`/api/auth/login/${provider.name}`, { ...shown, known_device });
  });
}

export function codeSignIns({ singleUse, factors }: People): Ask {
  return asked(() => {
    const { request, code, user } = singleUse.nextCode();
    return post('/api/auth/login/email-code', { request, code, known_device: factors.knownDevice(user) });
  });
}

/** Each is a new account. */
export const guests = (): Ask => asked(() => post('/api/auth/guest', {}));

const asked = (next: Ask['next']): Ask => ({ status: 200, next });

const login = (people: People, user: number, code: { totp?: string } = {}) =>
  post('/api/auth/login', {
    email: people.email(user),
    password,
    ...code,
    known_device: people.factors.knownDevice(user),
  });

const passkeySignIn = (people: People, user: number, challenge: string) =>
  post('/api/auth/passkey', {
    credential: assertion(user, challenge),
    known_device: people.factors.knownDevice(user),
  });
