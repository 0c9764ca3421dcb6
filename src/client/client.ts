// `latchkey/client`: signs an app's user in and keeps them signed in. For React Native, Expo and browsers; needs only
// `fetch`.

import type {
  Credentials,
  ListedSession,
  Page,
  PasswordChange,
  ProblemDocument,
  SecurityEvent,
  TokenResponse,
  User,
  UserChange,
} from './api-types.ts';
import { createDevice } from './device.ts';
import { tokensInBody, tokensInCookies } from './exchange.ts';
import { mailCalls } from './mail-calls.ts';
import { elapsedMilliseconds, originOf, randomKey, sleepUnlessAborted, withCookies } from './platform.ts';
import {
  type CallInit,
  type CallOptions,
  createRequests,
  ignoreIfDone,
  ignoreSignedOut,
  type Sent,
} from './requests.ts';
import { createSession } from './session.ts';
import type { SignOutReason } from './session-types.ts';
import type { TokenStore } from './store.ts';
import { abortable, deadlineOf, type Fetch, type Timing } from './transport.ts';

export type * from './api-types.ts';
export type { DeviceStore, PendingMail, StoredDevice } from './device.ts';
export { NetworkError, ProblemError } from './errors.ts';
export type { CallInit, CallOptions } from './requests.ts';
export type { SignOutReason } from './session-types.ts';
export { memoryStore, type StoredSession, type TokenStore, webStore } from './store.ts';

export type LatchkeyOptions = {
  /** The service's origin, such as https://auth.example.com. */
  readonly baseUrl: string;
  readonly store: TokenStore;
  /**
   * Called once when the session has ended: show the login screen. Never called for a server error or a network
   * error. `problem` is the service's error, if there was one. Its `reason` may be worth showing to the user.
   */
  readonly onSignedOut?: (reason: SignOutReason, problem?: ProblemDocument) => void;
  /** The name of this device in the list of sessions. */
  readonly deviceName?: string;
  /**
   * Other origins whose APIs accept the access token, such as https://api.example.com. It is sent to no other origin.
   * With `inCookies` it is sent to the service only.
   */
  readonly apiOrigins?: readonly string[];
  readonly fetch?: Fetch;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /**
   * Returns an unguessable string of at least 16 characters. Required on React Native without `crypto`: use
   * `randomUUID` of expo-crypto, for example.
   */
  readonly newKey?: () => string;
} & Partial<Timing>;

export type LatchkeyClient = ReturnType<typeof createLatchkeyClient>;

/**
 * Each method rejects with ProblemError (the service refused: see its `kind`), NetworkError (no response within 30
 * s), what the store throws, or the reason of an aborted signal.
 */
export function createLatchkeyClient({
  store,
  onSignedOut = () => {},
  deviceName,
  apiOrigins = [],
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
  const session = createSession({
    refreshUrl,
    store,
    fetch: request,
    timing,
    tokensIn,
    now,
    newKey,
    onSignedOut,
  });
  const device = createDevice(store.device, now);
  const { call, sendSignedIn } = createRequests({ baseUrl, fetch: request, session, timing, newKey });

  /** A call without the access token: by users who are not signed in, or act for another account. */
  const post = <Answer = void>(path: string, json: object, options?: CallOptions) =>
    call<Answer>('POST', path, { json, isPublic: true, ...options });
  const signIn = { device_name: deviceName, ...(inCookies && { token_delivery: 'cookie' }) };

  async function startSession(answer: TokenResponse, askedAt: number, email?: string): Promise<void> {
    const tokens = tokensIn(answer);
    await session.start(tokens, askedAt);
    await device.rememberKnownDevice(tokens.known_device, email);
  }

  /** The service has already ended the session. */
  async function endSession(reason: SignOutReason): Promise<void> {
    const { faults } = await session.end(reason);
    if (faults.length > 0) throw faults[0];
  }

  return {
    ...mailCalls({ call, post, device, signIn, startSession, now }),

    async login(json: Credentials, options?: CallOptions): Promise<void> {
      const known = await device.knownDeviceFor(json.email);
      const askedAt = now();
      const tokens = await post<TokenResponse>('/api/auth/login', { ...known, ...signIn, ...json }, options);
      await startSession(tokens, askedAt, json.email);
    },
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

    sessions: async (options?: CallOptions) =>
      (await call<{ data: ListedSession[] }>('GET', '/api/auth/sessions', options)).data,
    revokeSession: (id: string, options?: CallOptions) =>
      call<void>('DELETE', `/api/auth/sessions/${encodeURIComponent(id)}`, options),
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
    me: (options?: CallOptions) => call<User>('GET', '/api/users/me', options),
    updateMe: (json: UserChange, options?: CallOptions) =>
      call<User>('PATCH', '/api/users/me', { json, ...options }),
    /** Newest first. Pass `next_cursor` of one page as the `cursor` of the next. */
    securityEvents: ({ cursor, ...options }: CallOptions & { cursor?: string } = {}) =>
      call<Page<SecurityEvent>>(
        'GET',
        `/api/users/me/security-events${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ''}`,
        options,
      ),
    exportMe: (options?: CallOptions) => call<unknown>('GET', '/api/users/me/export', options),

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
