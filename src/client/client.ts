// `latchkey/client`: signs an app's user in and keeps them signed in. For React Native, Expo and browsers; needs only
// `fetch`.

import { accountCalls } from './account-calls.ts';
import { ignoreIfDone, ignoreSignedOut } from './answers.ts';
import type { Credentials, PasswordChange, TokenResponse } from './api-types.ts';
import { createBinding } from './binding.ts';
import type { CallInit, CallOptions, Post, Sent } from './call-types.ts';
import { createDevice } from './device.ts';
import { tokensInBody, tokensInCookies } from './exchange.ts';
import { guestCalls } from './guest-calls.ts';
import { hasIndexedDbKeys, indexedDbKey } from './indexed-db-key.ts';
import { mailCalls } from './mail-calls.ts';
import type { LatchkeyOptions } from './options.ts';
import { passkeyAsker, passkeyCalls } from './passkey-calls.ts';
import { webPasskeys } from './passkey-platform.ts';
import {
  elapsedMilliseconds,
  originOf,
  randomKey,
  sha256OfPlatform,
  sleepUnlessAborted,
  withCookies,
} from './platform.ts';
import { providerCalls } from './provider-calls.ts';
import { createRepeats } from './repeats.ts';
import { createRequests } from './requests.ts';
import { secondFactorCalls } from './second-factor-calls.ts';
import { createSession } from './session.ts';
import type { SignOutReason } from './session-types.ts';
import { createSignIn } from './sign-in.ts';
import { abortable, deadlineOf, type Timing } from './transport.ts';

export type * from './api-types.ts';
export type { DpopMode } from './binding.ts';
export type { CallInit, CallOptions, SignInOptions } from './call-types.ts';
export type { DeviceStore, PendingMail, PendingSecondFactor, StoredDevice } from './device.ts';
export {
  type DeviceKey,
  type DeviceKeyStore,
  type PublicJwk,
  rawSignature,
  type WebCryptoKey,
  webCryptoKey,
} from './device-key.ts';
export {
  DeviceKeyError,
  KeyGoneError,
  NetworkError,
  ProblemError,
  SecondFactorRequiredError,
} from './errors.ts';
export type * from './factor-types.ts';
export { indexedDbKey } from './indexed-db-key.ts';
export type { LatchkeyOptions } from './options.ts';
export { type PasskeyPlatform, type WebScope, webPasskeys } from './passkey-platform.ts';
export type * from './problem-types.ts';
export type { SignOutReason } from './session-types.ts';
export type * from './sign-in-types.ts';
export { memoryStore, type StoredSession, type TokenStore, webStore } from './store.ts';

export type LatchkeyClient = ReturnType<typeof createLatchkeyClient>;

/**
 * Each method rejects with ProblemError (the service refused: see its `kind`), NetworkError (no response within 30
 * s), DeviceKeyError (the device key cannot be used now), what the store throws, or the reason of an aborted signal.
 */
export function createLatchkeyClient({
  store,
  onSignedOut = () => {},
  deviceName,
  apiOrigins = [],
  deviceKey,
  dpopMode,
  passkeys = webPasskeys(),
  fetch: send = (url, init) => fetch(url, init),
  now = () => Date.now(),
  newKey = randomKey(),
  sleep = sleepUnlessAborted,
  random = () => Math.random(),
  monotonic = elapsedMilliseconds,
  ...options
}: LatchkeyOptions) {
  if (newKey().length < 16) throw new TypeError('`newKey` has to give 16 characters or more.');
  const baseUrl = options.baseUrl.replace(/\/+$/, '');
  const timing: Timing = { sleep, random, monotonic };
  const refreshUrl = `${baseUrl}/api/auth/refresh`;
  const { inCookies = false } = store;
  const trusted = [baseUrl, ...(inCookies ? [] : apiOrigins)].map(originOf);
  const request = inCookies ? withCookies(send) : send;
  const tokensIn = inCookies ? tokensInCookies(newKey) : tokensInBody;
  const binding = createBinding({
    keys: deviceKey || (hasIndexedDbKeys() ? indexedDbKey() : undefined),
    mayBegin: deviceKey !== false,
    mode: inCookies ? undefined : dpopMode,
    sha256: options.sha256 ?? sha256OfPlatform(dpopMode === 'full'),
    issuer: options.issuer?.replace(/\/+$/, '') ?? baseUrl,
    baseUrl,
    fetch: request,
    timing,
    now,
    newKey,
  });
  const parts = { refreshUrl, store, fetch: request, timing, tokensIn, now, newKey, binding, onSignedOut };
  const session = createSession(parts);
  const device = createDevice(store.device, now, newKey);
  const { call, sendSignedIn } = createRequests({ ...parts, baseUrl, bareFetch: send, session });

  const post: Post = (path, json, options) => call('POST', path, { json, isPublic: true, ...options });
  const fields = { device_name: deviceName, ...(inCookies && { token_delivery: 'cookie' }) };
  const signIns = createSignIn({ ...parts, call, post, device, session, fields, inCookies });
  const { signIn } = signIns;
  const repeats = createRepeats(newKey);
  const platform = () => {
    if (passkeys) return passkeys;
    throw new TypeError('There are no passkeys here: give `passkeys`.');
  };
  const askPasskey = passkeyAsker(post, platform, timing);

  /** The service has already ended the session. */
  async function endSession(reason: SignOutReason): Promise<void> {
    const { faults } = await session.end(reason);
    if (faults.length > 0) throw faults[0];
  }

  return {
    ...accountCalls(call),
    ...mailCalls({ call, post, device, repeats, ...signIns }),
    ...secondFactorCalls({ ...parts, ...signIns, call, post, device, session, repeats, askPasskey }),
    ...passkeyCalls({ call, signIn, session, askPasskey, platform }),
    ...providerCalls({ call, post, session, repeats, ...signIns }),
    ...guestCalls({ ...parts, ...signIns, post, device, session, repeats }),
    /**
     * @throws SecondFactorRequiredError where the account has one and the request brought none: `completeSecondFactor`
     *   finishes.
     */
    login: (json: Credentials, options?: CallOptions): Promise<void> =>
      signIn({ path: '/api/auth/login', json, user: json.email }, options),
    /**
     * Discards the tokens at once; cookies with the response. If it rejects, the service may not know of the logout.
     */
    async logout(options?: CallOptions): Promise<void> {
      // Only the service can delete an HttpOnly cookie.
      if (inCookies) await post('/api/auth/logout', {}, options).catch(ignoreSignedOut);
      const { session: ended, faults } = await session.end('logout');
      if (ended && !inCookies) await post('/api/auth/logout', { refresh_token: ended.refreshToken }, options);
      if (faults.length > 0) throw faults[0];
    },
    async logoutAll(json: { forget_devices?: boolean } = {}, options?: CallOptions): Promise<void> {
      const sent: Sent = {};
      await call('POST', '/api/auth/logout-all', { json, sent, ...options }).catch(ignoreIfDone(sent));
      await endSession('logout');
    },
    async deleteMe(json?: { password: string }, options?: CallOptions): Promise<void> {
      const sent: Sent = {};
      await call('DELETE', '/api/users/me', { json, sent, ...options }).catch(ignoreIfDone(sent));
      await endSession('account-deleted');
    },
    /**
     * Ends every session and replaces this one. If the response is lost, the next refresh returns the new session.
     */
    async changePassword(json: PasswordChange, options?: CallOptions): Promise<void> {
      const sent: Sent = { isChangeOfSession: true };
      const askedAt = now();
      const answer = await call<TokenResponse | null>('POST', '/api/auth/change-password', {
        json,
        sent,
        ...options,
      });
      if (!answer || !sent.by) return;
      const tokens = tokensIn(answer);
      await session.replace(sent.by, tokens, askedAt);
      await device.rememberKnownDevice(tokens.known_device);
    },

    /**
     * For what `fetch` below cannot do, such as a WebSocket. Resolves with null when nobody is signed in, and with
     * `inCookies`.
     */
    async getAccessToken({ signal }: CallOptions = {}): Promise<string | null> {
      const limit = deadlineOf(timing, signal);
      try {
        const usable = await abortable(session.usable(), limit);
        return inCookies ? null : (usable?.accessToken ?? null);
      } finally {
        limit.done();
      }
    },
    /**
     * `fetch` with the access token, for a path of the service or a URL of `apiOrigins`. Resolves with the response,
     * whatever its status. Retries requests that are idempotent (RFC 9110, section 9.2.2) or have an
     * `Idempotency-Key`.
     */
    async fetch(pathOrUrl: string, init: CallInit = {}): Promise<Response> {
      const isUrl = /^[a-z][a-z\d+.-]*:/i.test(pathOrUrl);
      const url = isUrl ? pathOrUrl : `${baseUrl}/${pathOrUrl.replace(/^\/+/, '')}`;
      if (!trusted.includes(originOf(url))) throw new TypeError(`Not among apiOrigins: ${originOf(url)}`);
      const limit = deadlineOf(timing, init.signal);
      try {
        return await sendSignedIn(url, () => init, limit);
      } finally {
        limit.done();
      }
    },
  };
}
