// Which ways of signing in there are, and the calls around identity providers, such as Apple and Google: their SDKs give the
// app an ID token, which the service takes for a session, or adds to the account.

import type { Identity } from './api-types.ts';
import type { Call, CallOptions, Post, Sent, SignInOptions } from './call-types.ts';
import { ProblemError } from './errors.ts';
import type { Repeats } from './repeats.ts';
import type { Session } from './session-types.ts';
import type { SignIn } from './sign-in.ts';
import type { ProviderSignIn, ShownIdToken, SignInNonce, Ways } from './sign-in-types.ts';

export function providerCalls(parts: {
  readonly call: Call;
  readonly post: Post;
  readonly session: Session;
  readonly repeats: Repeats;
  readonly signInOrUpgrade: SignIn['signInOrUpgrade'];
}) {
  const { call, repeats } = parts;
  const path = '/api/users/me/identities';

  return {
    /** What is switched on, for the first screen of an app. The same for everybody. */
    ways: (options?: CallOptions) =>
      call<Ways>('GET', '/api/auth/ways', { isPublic: true, isBare: true, ...options }),
    /** For the provider's SDK, and for the call that brings its ID token: good for one sign-in. */
    nonce: (options?: CallOptions) => parts.post<SignInNonce>('/api/auth/nonce', {}, options),
    /**
     * Where a guest is signed in, the account becomes the person's and keeps its id. `identity-taken`: somebody has that
     * identity or address already. With `asGuest: false` the same ID token then signs in to the other account.
     *
     * @throws SecondFactorRequiredError
     */
    signInWithProvider: (provider: string, json: ProviderSignIn, options?: SignInOptions): Promise<void> =>
      repeats.keyed(`${options?.asGuest} ${json.id_token}`, (key) => {
        const at = `/api/auth/login/${encodeURIComponent(provider)}`;
        return parts.signInOrUpgrade({ path: at, json, key, user: subjectOf(json.id_token) }, options);
      }),

    /** Ways in beside the password: `me()` lists them as `identities`. */
    identities: {
      /** Takes a recent sign-in. */
      async add(provider: string, json: ShownIdToken, options?: CallOptions): Promise<Identity> {
        const sent: Sent = {};
        const at = `${path}/${encodeURIComponent(provider)}`;
        const added = await repeats.keyed(json.id_token, (key) =>
          call<Identity>('POST', at, { json, key, sent, ...options }),
        );
        if (sent.by?.isGuest) await parts.session.outgrow(sent.by);
        return added;
      },
      /** Takes a recent sign-in. `last-way-in`: there would be none left. */
      async remove(id: string, options?: CallOptions): Promise<void> {
        const sent: Sent = {};
        await call('DELETE', `${path}/${encodeURIComponent(id)}`, { sent, ...options }).catch((error) => {
          const isDone = sent.isLost && error instanceof ProblemError && error.kind === 'not-found';
          if (!isDone) throw error;
        });
      },
    },
  };
}

/**
 * Whose ID token it is, so that the mark of another user of this device is not mistaken for theirs. Undefined where this
 * platform cannot decode it: then the mark is that of who signed in last. The service alone checks the token.
 */
function subjectOf(idToken: string): string | undefined {
  try {
    const payload = (idToken.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const { iss, sub } = JSON.parse(atob(payload));
    return `${iss} ${sub}`;
  } catch {
    return undefined;
  }
}
