// `latchkey/client`: signs an app's user in and keeps them signed in. For React Native, Expo and browsers; needs `fetch` alone.

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
import { keepDevice } from './device.ts';
import { tokensInBody, tokensInCookies } from './exchange.ts';
import { mailCalls } from './mail-calls.ts';
import { elapsedMilliseconds, originOf, randomKey, sleepUnlessAborted, withCookies } from './platform.ts';
import {
  type CallInit,
  type CallOptions,
  createRequests,
  type Sent,
  unlessDone,
  unlessSignedOut,
} from './requests.ts';
import { keepSession, type SignOutReason } from './session.ts';
import type { TokenStore } from './store.ts';
import { abortable, deadlineOf, type Fetch, type Timing } from './transport.ts';

export type * from './api-types.ts';
export type { DeviceStore, PendingMail, StoredDevice } from './device.ts';
export { NetworkError, ProblemError } from './errors.ts';
export type { CallInit, CallOptions } from './requests.ts';
export type { SignOutReason } from './session.ts';
export { memoryStore, type StoredSession, type TokenStore, webStore } from './store.ts';

export type LatchkeyOptions = {
  /** The service's origin, such as https://auth.example.com. */
  readonly baseUrl: string;
  readonly store: TokenStore;
  /**
   * The session is really over, once for each: show the login screen. Never called for a fault of ours or the network's.
   * `problem` is what the service said of it, where it did: its `reason` may be worth a sentence.
   */
  readonly onSignedOut?: (reason: SignOutReason, problem?: ProblemDocument) => void;
  /** How this device is called in the list of sessions. */
  readonly deviceName?: string;
  /** Other origins whose APIs take the access token, such as https://api.example.com. It goes nowhere else; cookies not even there. */
  readonly apiOrigins?: readonly string[];
  readonly fetch?: Fetch;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /**
   * An unguessable string of at least 16 characters. React Native without `crypto` needs one: `randomUUID` of expo-crypto, for
   * example.
   */
  readonly newKey?: () => string;
} & Partial<Timing>;

export type LatchkeyClient = ReturnType<typeof createLatchkeyClient>;

/**
 * Each method rejects with ProblemError (the service said no: see its `kind`), NetworkError (no answer within 30 s), what
 * the store throws, or the reason of an aborted signal.
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
  const session = keepSession({
    refreshUrl,
    store,
    fetch: request,
    timing,
    tokensIn,
    now,
    newKey,
    onSignedOut,
  });
  const device = keepDevice(store.device, now);
  const { call, sendSignedIn } = createRequests({ baseUrl, fetch: request, session, timing, newKey });

  /** By whoever is not signed in, or may be somebody else. */
  const post = <Answer = void>(path: string, json: object, options?: CallOptions) =>
    call<Answer>('POST', path, { json, isPublic: true, ...options });
  const signIn = { device_name: deviceName, ...(inCookies && { token_delivery: 'cookie' }) };

  async function begin(answer: TokenResponse, askedAt: number, email?: string): Promise<void> {
    const tokens = tokensIn(answer);
    await session.start(tokens, askedAt);
    await device.becameKnown(tokens.known_device, email);
  }

  /** The service has ended it. */
  async function leave(reason: SignOutReason): Promise<void> {
    const { faults } = await session.end(reason);
    if (faults.length > 0) throw faults[0];
  }

  return {
    ...mailCalls({ call, post, device, signIn, begin, now }),

    async login(json: Credentials, options?: CallOptions): Promise<void> {
      const known = await device.knownAs(json.email);
      const askedAt = now();
      const tokens = await post<TokenResponse>('/api/auth/login', { ...known, ...signIn, ...json }, options);
      await begin(tokens, askedAt, json.email);
    },
    /** The tokens are forgotten at once, cookies with the answer. A rejection means that the service has not heard of it. */
    async logout(options?: CallOptions): Promise<void> {
      // Only the service can take back a cookie that no script reads.
      if (inCookies) await post('/api/auth/logout', {}, options).catch(unlessSignedOut);
      const { session: ended, faults } = await session.end('logout');
      if (ended && !inCookies) await post('/api/auth/logout', { refresh_token: ended.refreshToken }, options);
      if (faults.length > 0) throw faults[0];
    },
    async logoutAll(json: { forget_devices?: boolean } = {}, options?: CallOptions): Promise<void> {
      const sent: Sent = {};
      await call('POST', '/api/auth/logout-all', { json, sent, ...options }).catch(unlessDone(sent));
      await leave('logout');
    },
    async deleteMe(json?: { password: string }, options?: CallOptions): Promise<void> {
      const sent: Sent = {};
      await call('DELETE', '/api/users/me', { json, sent, ...options }).catch(unlessDone(sent));
      await leave('account-deleted');
    },

    sessions: async (options?: CallOptions) =>
      (await call<{ data: ListedSession[] }>('GET', '/api/auth/sessions', options)).data,
    revokeSession: (id: string, options?: CallOptions) =>
      call<void>('DELETE', `/api/auth/sessions/${encodeURIComponent(id)}`, options),
    /** Every session ends, and this one is replaced. An answer that is lost comes with the next refresh. */
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
      await device.becameKnown(tokens.known_device);
    },
    me: (options?: CallOptions) => call<User>('GET', '/api/users/me', options),
    updateMe: (json: UserChange, options?: CallOptions) =>
      call<User>('PATCH', '/api/users/me', { json, ...options }),
    /** The newest first; `next_cursor` of one page is the `cursor` of the next. */
    securityEvents: ({ cursor, ...options }: CallOptions & { cursor?: string } = {}) =>
      call<Page<SecurityEvent>>(
        'GET',
        `/api/users/me/security-events${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ''}`,
        options,
      ),
    exportMe: (options?: CallOptions) => call<unknown>('GET', '/api/users/me/export', options),

    /** For what `fetch` below does not carry, a WebSocket for example; null when nobody is signed in, and in cookies. */
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
     * `fetch` with the access token: of a path of the service, or a URL of `apiOrigins`. Resolves with the answer, whatever
     * its status. Tries again what is idempotent or has an `Idempotency-Key` (RFC 9110, section 9.2.2).
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
