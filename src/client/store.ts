// Persistence of the session across restarts of the app: the interface of stores, and stores for memory and browsers.

import type { DeviceStore } from './device.ts';

/**
 * A stored session, saved in one write. It includes the Idempotency-Key of the call that will spend the tokens. So
 * the key is stored before the call is sent, survives a restart of the app, and is the same in every process that
 * shares the store.
 */
export type StoredSession = {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly sessionId: string;
  /** When the tokens were requested: milliseconds since 1970 by this device's clock, which may be wrong. */
  readonly askedAt: number;
  /** Lifetime of the access token in seconds, counted from `askedAt`. */
  readonly expiresIn: number;
  /**
   * The Idempotency-Key of the call that spends these tokens. Random for each token response: whoever copies one
   * cannot derive later ones.
   */
  readonly refreshKey: string;
  /** Identifies this login on the device. Stays the same across refreshes and password changes. */
  readonly login: string;
  /** Token responses since the login: the session with the larger number is newer. */
  readonly refreshes: number;
  /**
   * The key of the device that the session is bound to, or is about to be: stored before the request that binds it. The
   * tokens are then never refreshed without a proof. `null`: these tokens are being refreshed without one, and so is
   * every retry, since the service takes a mixture of the two for theft.
   */
  readonly deviceKey?: string | null;
  /** The access token is bound as well. */
  readonly tokenType?: 'DPoP';
  /** Of a guest, whose account can be had by nothing else: who signs in keeps it, rather than leaving it behind. */
  readonly isGuest?: true;
};

/**
 * The app's storage: Keychain, Keystore, SecureStore, memory. Its errors are rethrown to the app and never end a
 * session.
 */
export type TokenStore = {
  /**
   * The tokens are in the service's HttpOnly cookies. The store then only holds when and with which key to refresh.
   */
  readonly inCookies?: boolean;
  /**
   * Resolves with null when nobody is signed in. A SyntaxError (text that is not JSON) counts as nobody signed in.
   */
  load(): Promise<StoredSession | null>;
  /** Has to keep all members, those of later releases too. */
  save(session: StoredSession): Promise<void>;
  clear(): Promise<void>;
  /**
   * Mutual exclusion across the processes that share the store; released when a process dies. Without a lock sharing
   * works too, unless a process is suspended between two accesses to the store while another one refreshes.
   */
  lock?<T>(work: () => Promise<T>): Promise<T>;
  /** Separate storage for state that outlives a session. Without it, that state lasts as long as the process. */
  readonly device?: DeviceStore;
};

export function memoryStore(): TokenStore {
  let stored: StoredSession | null = null;
  return {
    load: async () => stored,
    save: async (session) => {
      stored = session;
    },
    clear: async () => {
      stored = null;
    },
  };
}

/**
 * For browsers: `webStore({ storage: localStorage, locks: navigator.locks })`, shared by all tabs of an origin. XSS:
 * any script of the page can read it. `inCookies: true` keeps the tokens in HttpOnly cookies instead. That requires a
 * page on the same site as the service, whose origin is listed in WEB_ORIGINS.
 */
export function webStore({
  storage,
  locks,
  name = 'latchkey',
  inCookies = false,
}: {
  readonly storage: {
    getItem(key: string): string | null;
    setItem(key: string, value: string): void;
    removeItem(key: string): void;
  };
  readonly locks?: { request<T>(name: string, work: () => Promise<T>): Promise<T> };
  readonly name?: string;
  readonly inCookies?: boolean;
}): TokenStore {
  const storageAt = (key: string) => ({
    load: async () => JSON.parse(storage.getItem(key) ?? 'null'),
    save: async (value: object) => storage.setItem(key, JSON.stringify(value)),
  });
  return {
    inCookies,
    ...storageAt(name),
    clear: async () => storage.removeItem(name),
    ...(locks && { lock: (work) => locks.request(name, work) }),
    device: storageAt(`${name}.device`),
  };
}

/** Loads the session; null if there is none or its text is corrupt. @throws what the store throws otherwise. */
export async function storedSession(store: TokenStore): Promise<StoredSession | null> {
  const stored = await nullIfCorrupt(() => store.load());
  if (typeof stored?.refreshToken !== 'string' || typeof stored.refreshKey !== 'string') return null;
  if (stored.login !== undefined) return stored;
  // Migration: 0.1.0 stored one random key per login and appended the number of the refresh when it sent it.
  const refreshKey = `${stored.refreshKey}.${stored.refreshes}`;
  return { ...stored, refreshKey, login: loginOf(stored.sessionId) };
}

/**
 * Resolves with null if `load` fails with a SyntaxError, that is for text which is not JSON. @throws every other
 * error.
 */
export async function nullIfCorrupt<T>(load: () => Promise<T>): Promise<T | null> {
  try {
    return await load();
  } catch (error) {
    if ((error as Error | undefined)?.name === 'SyntaxError') return null;
    throw error;
  }
}

/**
 * The login id: the last 12 hexadecimal digits of the id of the session that the login started, which are random.
 * Short, as some stores are limited to 2,048 bytes.
 */
export function loginOf(sessionId: string): string {
  return sessionId.slice(-12);
}

/** Whether `other` replaces `session`: a later token response of the same login, or another login. */
export function isSuperseded(session: StoredSession, other: StoredSession): boolean {
  return other.login !== session.login || other.refreshes > session.refreshes;
}

/** Time for a refresh in the background, over a bad network, before the access token expires. */
const refreshMarginSeconds = 60;

/**
 * The device's clock may be wrong or may have been set. A session from the future is `due`, as its age is unknown.
 */
export function freshness({ askedAt, expiresIn }: StoredSession, now: number): 'fresh' | 'due' | 'expired' {
  const age = (now - askedAt) / 1000;
  const margin = Math.min(refreshMarginSeconds, expiresIn / 3);
  if (age >= expiresIn) return 'expired';
  if (age < 0 || age >= expiresIn - margin) return 'due';
  return 'fresh';
}

/** Mutual exclusion within this process, for stores without a lock. */
export function createMutex(): NonNullable<TokenStore['lock']> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };
}
