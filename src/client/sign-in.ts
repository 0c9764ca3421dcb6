// How every way of signing in begins and ends: with the device's key and mark, and with tokens or a second factor that is
// owed.

import type { TokenResponse } from './api-types.ts';
import type { Binding } from './binding.ts';
import type { Device } from './device.ts';
import { ProblemError, SecondFactorRequiredError } from './errors.ts';
import type { TokensIn } from './exchange.ts';
import type { CallOptions, Post, Signing } from './requests.ts';
import type { Session } from './session-types.ts';

export type SignIn = ReturnType<typeof createSignIn>;

type Started = Signing & { readonly askedAt: number };

export function createSignIn(parts: {
  readonly post: Post;
  readonly device: Device;
  readonly binding: Binding;
  readonly session: Session;
  readonly tokensIn: TokensIn;
  /** Members of the bodies of all sign-ins. */
  readonly fields: object;
  readonly now: () => number;
}) {
  const { post, device, binding } = parts;

  /** What every request that starts a session carries: members of its body, and the key whose proof comes with it. */
  async function signingIn() {
    const deviceKey = await binding.begin();
    const members = { ...parts.fields, ...(deviceKey && binding.fields) };
    return { members, deviceKey, askedAt: parts.now() };
  }

  /** @param user their address, or another mark of theirs. */
  async function startSession(answer: TokenResponse, signing: Started, user?: string): Promise<void> {
    const tokens = parts.tokensIn(answer);
    await parts.session.start(tokens, signing.askedAt, signing.deviceKey);
    await device.rememberKnownDevice(tokens.known_device, user);
    await device.forgetSecondFactor();
  }

  /** @throws SecondFactorRequiredError */
  async function signIn(path: string, json: object, options?: CallOptions, user?: string): Promise<void> {
    const known = await device.knownDeviceFor(user);
    const { members, ...signing } = await signingIn();
    const body = { ...known, ...members, ...json };
    const answer = await post<TokenResponse>(path, body, { ...signing, ...options }).catch(async (error) => {
      if (!(error instanceof ProblemError) || error.kind !== 'second-factor-required') throw error;
      const { problem, response } = error;
      await device.rememberSecondFactor(problem, { user, deviceKey: signing.deviceKey });
      throw new SecondFactorRequiredError(problem, response);
    });
    await startSession(answer, signing, user);
  }

  return { signingIn, startSession, signIn };
}
