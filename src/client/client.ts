// `latchkey/client`: signs an app's user in and keeps them signed in. For React Native, Expo and browsers; needs `fetch` alone.

import type {
  Credentials,
  EmailChange,
  ListedSession,
  MailedGrant,
  PasswordChange,
  PasswordReset,
  Registration,
  SecurityEvent,
  TokenResponse,
  User,
  UserChange,
} from './api-types.ts';
import { ProblemError } from './errors.ts';
import { tokensInBody, tokensInCookies } from './exchange.ts';
import { originOf, randomKey, sleepUnlessAborted, withCookies } from './platform.ts';
import { type CallInit, type CallOptions, createRequests } from './requests.ts';
import { keepSession, type SignOutReason } from './session.ts';
import type { TokenStore } from './store.ts';
import { abortable, deadlineOf, type Fetch, type Timing } from './transport.ts';

export type * from './api-types.ts';
export { NetworkError, ProblemError } from './errors.ts';
export type { CallInit, CallOptions } from './requests.ts';
export type { SignOutReason } from './session.ts';
export { memoryStore, type StoredSession, type TokenStore, webStore } from './store.ts';

export type LatchkeyOptions = {
  /** The service's origin, such as https://auth.example.com. */
  readonly baseUrl: string;
  readonly store: TokenStore;
  /** The session is really over, once for each: show the login screen. Never called for a fault of ours or the network's. */
  readonly onSignedOut?: (reason: SignOutReason) => void;
  /** How this device is called in the list of sessions. */
  readonly deviceName?: string;
  /** Other origins whose APIs take the access token, such as https://api.example.com. It goes nowhere else; cookies not even there. */
  readonly apiOrigins?: readonly string[];
  readonly fetch?: Fetch;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** An unguessable string. React Native without `crypto` needs one: `randomUUID` of expo-crypto, for example. */
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
  monotonic = () => performance.now(),
  ...options
}: LatchkeyOptions) {
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
  const { call, sendSignedIn } = createRequests({ baseUrl, fetch: request, session, timing });

  return {
    register: (json: Registration, options?: CallOptions) =>
      call<void>('POST', '/api/auth/register', { json, isPublic: true, ...options }),
    verifyEmail: (json: MailedGrant, options?: CallOptions) =>
      call<void>('POST', '/api/auth/verify-email', { json, isPublic: true, ...options }),
    resendVerification: (json: { email: string }, options?: CallOptions) =>
      call<void>('POST', '/api/auth/resend-verification', { json, isPublic: true, ...options }),
    forgotPassword: (json: { email: string }, options?: CallOptions) =>
      call<void>('POST', '/api/auth/forgot-password', { json, isPublic: true, ...options }),
    resetPassword: (json: PasswordReset, options?: CallOptions) =>
      call<void>('POST', '/api/auth/reset-password', { json, isPublic: true, ...options }),

    async login(credentials: Credentials, options?: CallOptions): Promise<void> {
      const delivery = inCookies && { token_delivery: 'cookie' };
      const json = { device_name: deviceName, ...credentials, ...delivery };
      const askedAt = now();
      const tokens = await call<TokenResponse>('POST', '/api/auth/login', {
        json,
        isPublic: true,
        ...options,
      });
      await session.start(tokensIn(tokens), askedAt);
    },
    /** The tokens are forgotten at once, cookies with the answer. A rejection means that the service has not heard of it. */
    async logout(options?: CallOptions): Promise<void> {
      const tell = (json: object) =>
        call('POST', '/api/auth/logout', { json, isPublic: true, isRepeatable: true, ...options });
      // Only the service can take back a cookie that no script reads.
      if (inCookies) await tell({}).catch(unlessSignedOut);
      const ended = await session.end('logout');
      if (ended && !inCookies) await tell({ refresh_token: ended.refreshToken });
    },
    async logoutAll(options?: CallOptions): Promise<void> {
      await call('POST', '/api/auth/logout-all', options);
      await session.end('logout');
    },
    async deleteMe(json: { password: string }, options?: CallOptions): Promise<void> {
      await call('DELETE', '/api/users/me', { json, ...options });
      await session.end('account-deleted');
    },

    sessions: async (options?: CallOptions) =>
      (await call<{ data: ListedSession[] }>('GET', '/api/auth/sessions', options)).data,
    revokeSession: (id: string, options?: CallOptions) =>
      call<void>('DELETE', `/api/auth/sessions/${encodeURIComponent(id)}`, options),
    changePassword: (json: PasswordChange, options?: CallOptions) =>
      call<void>('POST', '/api/auth/change-password', { json, ...options }),
    changeEmail: (json: EmailChange, options?: CallOptions) =>
      call<void>('POST', '/api/users/me/email', { json, ...options }),
    me: (options?: CallOptions) => call<User>('GET', '/api/users/me', options),
    updateMe: (json: UserChange, options?: CallOptions) =>
      call<User>('PATCH', '/api/users/me', { json, ...options }),
    securityEvents: async (options?: CallOptions) =>
      (await call<{ data: SecurityEvent[] }>('GET', '/api/users/me/security-events', options)).data,
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
        return await sendSignedIn(url, init, limit);
      } finally {
        limit.done();
      }
    },
  };
}

function unlessSignedOut(error: unknown): void {
  if (!(error instanceof ProblemError && error.problem.status === 401)) throw error;
}
