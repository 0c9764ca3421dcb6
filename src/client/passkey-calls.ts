// The calls around passkeys. The platform makes and shows them; what it takes and gives goes through as it is.

import type { Call, CallOptions, Post, Sent } from './call-types.ts';
import { ProblemError } from './errors.ts';
import type {
  AcceptedCredentials,
  Passkey,
  PasskeyCreationOptions,
  PasskeyCredential,
  PasskeyRequestOptions,
} from './factor-types.ts';
import type { PasskeyPlatform } from './passkey-platform.ts';
import type { Session } from './session-types.ts';
import type { SignIn } from './sign-in.ts';
import { deadlineOf, type Timing } from './transport.ts';

export type PasskeySignIn = CallOptions & {
  /** Offers passkeys in the autofill of the page's form, until the user picks one or `signal` ends it. */
  readonly mediation?: 'conditional';
};

export type AskPasskey = (
  json: { readonly auth_session?: string },
  options?: PasskeySignIn,
) => Promise<PasskeyCredential>;

/** From the user's choice until the service has its answer. */
const answeringMilliseconds = 30_000;

/**
 * Asks the device for a passkey. What the autofill offers may wait for longer than a challenge lives: then it is offered
 * with another one.
 */
export function passkeyAsker(post: Post, platform: () => PasskeyPlatform, timing: Timing): AskPasskey {
  return async (json, { mediation, ...rest } = {}) => {
    const device = platform();
    for (;;) {
      const options = await post<PasskeyRequestOptions>('/api/auth/passkey/options', json, rest);
      if (!mediation) return typed(await device.get(options, rest));
      const { timeout = 300_000 } = options;
      const limit = deadlineOf(timing, rest.signal, timeout - answeringMilliseconds);
      try {
        return typed(await device.get(options, { mediation, signal: limit.signal }));
      } catch (error) {
        if (!limit.signal.aborted || rest.signal?.aborted) throw error;
      } finally {
        limit.done();
      }
    }
  };
}

export function passkeyCalls(parts: {
  readonly call: Call;
  readonly signIn: SignIn['signIn'];
  readonly session: Session;
  readonly askPasskey: AskPasskey;
  readonly platform: () => PasskeyPlatform;
}) {
  const { call, platform } = parts;
  const path = '/api/users/me/passkeys';
  const pathOf = (id: string) => `${path}/${encodeURIComponent(id)}`;

  return {
    passkeys: {
      /** @throws SecondFactorRequiredError where the passkey came without its user's finger, face or PIN. */
      async signIn(options?: PasskeySignIn): Promise<void> {
        const credential = await parts.askPasskey({}, options);
        // It says whose it is, so that the mark of another user of this device is not mistaken for theirs.
        const user = credential.response.userHandle ?? credential.id;
        const door = { path: '/api/auth/passkey', json: { credential }, user };
        await parts.signIn(door, options).catch(async (error) => {
          const unknown = error instanceof ProblemError && error.problem.unknown_credential;
          if (unknown) await told(() => platform().signalUnknownCredential?.(unknown));
          throw error;
        });
      },
      /** Takes a recent sign-in. The account of a guest becomes the person's. */
      async register({ name }: { name?: string | undefined } = {}, options?: CallOptions): Promise<Passkey> {
        const device = platform();
        const asked = await call<PasskeyCreationOptions>('POST', `${path}/options`, options);
        const credential = typed(await device.create(asked));
        const sent: Sent = {};
        const made = await call<Passkey>('POST', path, { json: { credential, name }, sent, ...options });
        if (sent.by?.isGuest) await parts.session.outgrow(sent.by);
        return made;
      },
      /** Tells the device, too, which of the user's passkeys are good. */
      async list(options?: CallOptions): Promise<readonly Passkey[]> {
        const { data, all_accepted_credentials } = await call<ListedPasskeys>('GET', path, options);
        await told(() => platform().signalAllAcceptedCredentials?.(all_accepted_credentials));
        return data;
      },
      rename: (id: string, name: string, options?: CallOptions) =>
        call<Passkey>('PATCH', pathOf(id), { json: { name }, ...options }),
      /** Takes a recent sign-in. */
      async remove(id: string, options?: CallOptions): Promise<void> {
        const sent: Sent = {};
        await call('DELETE', pathOf(id), { sent, ...options }).catch((error) => {
          const isDone = sent.isLost && error instanceof ProblemError && error.kind === 'not-found';
          if (!isDone) throw error;
        });
      },
    },
  };
}

type ListedPasskeys = {
  readonly data: readonly Passkey[];
  readonly all_accepted_credentials: AcceptedCredentials;
};

/** Some platforms leave the type out. */
function typed<Credential extends object>(credential: Credential): Credential {
  return { type: 'public-key', ...credential };
}

/** Hints to the device: they fail no call. */
async function told(hint: () => Promise<void> | undefined): Promise<void> {
  try {
    await hint();
  } catch {}
}
