// The calls around second factors: the second step of a sign-in, the authenticator app of the account, and showing once more
// who one is.

import type { TokenResponse } from './api-types.ts';
import type { Call, CallOptions, Post, Sent } from './call-types.ts';
import type { Device } from './device.ts';
import { KeyGoneError, ProblemError } from './errors.ts';
import type { TokensIn } from './exchange.ts';
import type { Reauthentication, SecondFactor, TotpEnrollment } from './factor-types.ts';
import type { AskPasskey } from './passkey-calls.ts';
import type { Repeats } from './repeats.ts';
import type { Session } from './session-types.ts';
import type { SignIn } from './sign-in.ts';

export function secondFactorCalls(parts: {
  readonly call: Call;
  readonly post: Post;
  readonly device: Device;
  readonly startSession: SignIn['startSession'];
  readonly askPasskey: AskPasskey;
  readonly session: Session;
  readonly tokensIn: TokensIn;
  readonly repeats: Repeats;
  readonly now: () => number;
  readonly newKey: () => string;
}) {
  const { call, post, device, now } = parts;
  /** The key of a call whose answer may have been lost: with the same code it has the same recovery codes. */
  let confirming: { readonly code: string; readonly key: string } | undefined;

  return {
    /**
     * The second step of a sign-in that was refused with SecondFactorRequiredError. After `invalid-second-factor` it may be
     * called again; after `invalid-token` the sign-in has to begin anew.
     */
    async completeSecondFactor(factor: SecondFactor, options?: CallOptions): Promise<void> {
      const pending = await device.secondFactor();
      if (!pending) throw new TypeError('No sign-in waits for a second factor.');
      const { authSession: auth_session, deviceKey, key, user } = pending;
      try {
        const shown =
          'passkey' in factor ? { passkey: await parts.askPasskey({ auth_session }, options) } : factor;
        const askedAt = now();
        const json = { auth_session, ...shown };
        const answer = await post<TokenResponse>('/api/auth/login/second-factor', json, {
          deviceKey,
          key,
          ...options,
        });
        await parts.startSession(answer, { deviceKey, askedAt }, user);
      } catch (error) {
        if (isOver(error)) await device.forgetSecondFactor();
        throw error;
      }
    },
    /**
     * The sign-in of this device that still waits for a second factor, or null: for an app that was killed while the user
     * fetched the code from another one.
     */
    pendingSecondFactor: device.pendingSecondFactor,
    /** When the user cancels. */
    forgetSecondFactor: device.forgetSecondFactor,

    /**
     * For a call that was refused with `recent-sign-in-required`, whose `methods` and `factors` say what helps: afterwards
     * the same call is accepted for ten minutes. A provider's ID token has to carry a `nonce` of this client.
     */
    async reauthenticate(shown: Reauthentication, options?: CallOptions): Promise<void> {
      const { passkey, ...rest } = shown;
      const first = passkey
        ? { method: 'passkey', credential: await parts.askPasskey({}, options) }
        : { method: rest.provider === undefined ? 'password' : 'provider' };
      const sent: Sent = {};
      const askedAt = now();
      const json = { ...first, ...rest };
      const answer = await parts.repeats.keyed(JSON.stringify(json), (key) =>
        call<Partial<TokenResponse> | null>('POST', '/api/auth/reauthenticate', {
          json,
          key,
          sent,
          ...options,
        }),
      );
      const tokens = parts.tokensIn({ ...answer, refresh_token: '' });
      if (sent.by) await parts.session.reissue(sent.by, tokens, askedAt);
    },

    /** The authenticator app of the account. */
    totp: {
      /** Takes a recent sign-in. Nothing is owed before `confirm`. */
      enroll(options?: CallOptions): Promise<TotpEnrollment> {
        confirming = undefined;
        return call<TotpEnrollment>('POST', '/api/users/me/totp', options);
      },
      /** The first code of the app turns it on. Resolves with the recovery codes, which are shown this once. */
      async confirm(code: string, options?: CallOptions): Promise<readonly string[]> {
        if (confirming?.code !== code) confirming = { code, key: parts.newKey() };
        const sent: Sent = {};
        const { recovery_codes } = await call<RecoveryCodes>('POST', '/api/users/me/totp/confirm', {
          json: { totp: code },
          key: confirming.key,
          sent,
          ...options,
        });
        // The session has shown both factors now, and its next access token says so.
        if (sent.by) parts.session.renewed(sent.by, 'session').catch(() => {});
        return recovery_codes;
      },
      remove: (options?: CallOptions) => call<void>('DELETE', '/api/users/me/totp', options),
      /** Ten new ones; the old ones are void. */
      renewRecoveryCodes: async (options?: CallOptions): Promise<readonly string[]> =>
        (await call<RecoveryCodes>('POST', '/api/users/me/totp/recovery-codes', options)).recovery_codes,
    },
  };
}

type RecoveryCodes = { readonly recovery_codes: readonly string[] };

/** Nothing that the user types completes this sign-in any more. */
function isOver(error: unknown): boolean {
  if (error instanceof KeyGoneError) return true;
  return (
    error instanceof ProblemError && (error.kind === 'invalid-token' || error.problem.attempts_left === 0)
  );
}
