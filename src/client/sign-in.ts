// How every way of signing in begins and ends: with the device's key and mark, and with tokens or a second factor that is
// owed.

import { refusedPart } from './answers.ts';
import type { TokenResponse } from './api-types.ts';
import type { Binding } from './binding.ts';
import type { Call, CallOptions, Post, SignInOptions, Signing } from './call-types.ts';
import type { Device } from './device.ts';
import { KeyGoneError, ProblemError, SecondFactorRequiredError } from './errors.ts';
import type { TokensIn } from './exchange.ts';
import type { Session } from './session-types.ts';
import type { StoredSession } from './store.ts';
import { abortable, deadlineOf, type Timing } from './transport.ts';

export type SignIn = ReturnType<typeof createSignIn>;

type Started = Signing & { readonly askedAt: number };

/** A call that may start a session. */
type Door = {
  readonly path: string;
  readonly json: object;
  /** The Idempotency-Key, where a later call may have to have the same. */
  readonly key?: string | undefined;
  /** Their address, or another mark of theirs. */
  readonly user?: string | undefined;
};

export function createSignIn(parts: {
  readonly call: Call;
  readonly post: Post;
  readonly device: Device;
  readonly binding: Binding;
  readonly session: Session;
  readonly tokensIn: TokensIn;
  /** Members of the bodies of all sign-ins. */
  readonly fields: object;
  readonly inCookies: boolean;
  readonly timing: Timing;
  readonly now: () => number;
}) {
  const { call, post, device, binding, session } = parts;

  /** What every request that starts a session carries: members of its body, and the key whose proof comes with it. */
  async function signingIn(bound?: string | null) {
    const deviceKey = bound || (await binding.begin());
    const members = { ...parts.fields, ...(deviceKey && binding.fields) };
    return { members, deviceKey, askedAt: parts.now() };
  }

  async function startSession(answer: TokenResponse, signing: Started, user?: string): Promise<void> {
    const tokens = parts.tokensIn(answer);
    await session.start({ tokens, ...signing });
    await remember(tokens, user);
  }

  async function remember({ known_device }: TokenResponse, user?: string): Promise<void> {
    await device.rememberKnownDevice(known_device, user);
    await device.forgetSecondFactor();
  }

  /** Keeps the handle of a sign-in that goes on with a second factor. */
  function orOwed(user: string | undefined, { deviceKey }: Signing): (error: unknown) => Promise<never> {
    return async (error) => {
      if (!(error instanceof ProblemError) || error.kind !== 'second-factor-required') throw error;
      await device.rememberSecondFactor(error.problem, { user, deviceKey });
      throw new SecondFactorRequiredError(error.problem, error.response);
    };
  }

  /** @throws SecondFactorRequiredError */
  async function signIn({ path, json, key, user }: Door, options?: CallOptions): Promise<void> {
    const known = await device.knownDeviceFor(user);
    const { members, ...signing } = await signingIn();
    const answer = await post<TokenResponse>(
      path,
      { ...known, ...members, ...json },
      { ...signing, ...(key && { key }), ...options },
    ).catch(orOwed(user, signing));
    await startSession(answer, signing, user);
  }

  /** The guest who is signed in; null where there is none, or none any more, which the app has been told. */
  async function guest(): Promise<StoredSession | null> {
    const stored = await session.usable('stored').catch(unlessOver);
    return stored?.isGuest ? stored : null;
  }

  /**
   * Signs in as the guest who is signed in, whose account becomes the person's. Resolves with false where there is none.
   *
   * @throws SecondFactorRequiredError
   */
  async function upgrade(door: Door, options?: CallOptions): Promise<boolean> {
    const limit = deadlineOf(parts.timing, options?.signal);
    try {
      return await abortable(upgraded(door, options), limit);
    } finally {
      limit.done();
    }
  }

  async function upgraded({ path, json, key, user }: Door, options?: CallOptions): Promise<boolean> {
    const known = await device.knownDeviceFor(user);
    for (let renewals = 0; ; renewals += 1) {
      let used = await guest();
      if (!used) return false;
      let answered: TokenResponse | undefined;
      try {
        await session.exchange(async (stored) => {
          // Another process has made it somebody's meanwhile, or has signed out.
          if (!stored?.isGuest) return undefined;
          used = stored;
          const { members, ...signing } = await signingIn(stored.deviceKey);
          const answer = await call<TokenResponse>('POST', path, {
            json: { ...known, ...members, ...json },
            as: stored,
            deviceKey: signing.deviceKey,
            ...(key && { key }),
            ...options,
          }).catch(orOwed(user, signing));
          answered = parts.tokensIn(answer);
          return { tokens: answered, ...signing };
        });
        if (answered) await remember(answered, user);
        return answered !== undefined;
      } catch (error) {
        const isKeyGone = error instanceof KeyGoneError;
        const refused = error instanceof ProblemError && (await refusedPart(error.response));
        if (renewals > 0 || !(refused || isKeyGone)) throw error;
        // Whose session is over is no guest any more.
        if (isKeyGone) await session.forgetKeyless(used);
        else if (refused) await session.renewed(used, refused).catch(unlessOver);
      }
    }
  }

  /** @throws SecondFactorRequiredError */
  async function signInOrUpgrade(
    door: Door,
    { asGuest = true, ...options }: SignInOptions = {},
  ): Promise<void> {
    if (asGuest && (await upgrade(door, options))) return;
    // The browser would send the cookie of the guest who is left behind.
    if (!asGuest && parts.inCookies && (await guest())) await post('/api/auth/logout', {}, options);
    await signIn(door, options);
  }

  return { signingIn, startSession, signIn, upgrade, signInOrUpgrade };
}

/** Null where the session has ended, or cannot be used ever again: the client has forgotten it. */
function unlessOver(error: unknown): null {
  if (error instanceof KeyGoneError) return null;
  if (error instanceof ProblemError && error.problem.discard_credentials) return null;
  throw error;
}
