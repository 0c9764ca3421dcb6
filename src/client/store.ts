// What is kept between two starts of the app, where the app wants it kept.

/**
 * A session as the device keeps it. With the tokens is the key of the refresh that will spend them, so that it is there
 * before any refresh is sent, outlives the app, and is the same for every process that reads it.
 */
export type StoredSession = {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly sessionId: string;
  /** When the tokens were asked for, in milliseconds since 1970 by this device's clock, right or wrong. */
  readonly askedAt: number;
  /** How long from then the access token is good. */
  readonly expiresIn: number;
  /** Random, made at login. */
  readonly refreshKey: string;
  /** Refreshes since login: the larger number is the newer session. */
  readonly refreshes: number;
};

/** Keychain, Keystore, SecureStore, memory: whatever the app gives. A fault of it is thrown, and costs nobody a session. */
export type TokenStore = {
  /** The tokens are in the service's own cookies, which no script reads. What is stored says when to refresh, and how. */
  readonly inCookies?: boolean;
  load(): Promise<StoredSession | null>;
  save(session: StoredSession): Promise<void>;
  clear(): Promise<void>;
  /**
   * Runs `work` while no other process that shares the store runs its own, and lets go when a process dies. Without it
   * sharing works as well, as long as none is suspended between two accesses to the store while another refreshes.
   */
  lock?<T>(work: () => Promise<T>): Promise<T>;
};

export function memoryStore(): TokenStore {
  let kept: StoredSession | null = null;
  return {
    load: async () => kept,
    save: async (session) => {
      kept = session;
    },
    clear: async () => {
      kept = null;
    },
  };
}

/**
 * For browsers: `webStore({ storage: localStorage, locks: navigator.locks })`, shared by all tabs of an origin. Any script
 * of the page can read it; where that is too much, `inCookies: true` has the tokens in cookies instead. They want a page
 * of the service's own site, whose origin is in its WEB_ORIGINS.
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
  return {
    inCookies,
    load: async () => JSON.parse(storage.getItem(name) ?? 'null'),
    save: async (session) => storage.setItem(name, JSON.stringify(session)),
    clear: async () => storage.removeItem(name),
    ...(locks && { lock: (work) => locks.request(name, work) }),
  };
}

/** The Idempotency-Key of the refresh that spends this session's tokens, the same for every retry of it. */
export function idempotencyKeyOf({ refreshKey, refreshes }: StoredSession): string {
  return `${refreshKey}.${refreshes}`;
}

/** Whether `other` comes after `session`: of the same login, or of another, which replaced it. */
export function isSucceeded(session: StoredSession, other: StoredSession): boolean {
  return other.refreshKey !== session.refreshKey || other.refreshes > session.refreshes;
}

/** Enough for a refresh in the background, over a bad network, before the access token expires. */
const marginSeconds = 60;

/** By a clock that may be wrong and may have been set since: what it cannot tell is `due`. */
export function freshness({ askedAt, expiresIn }: StoredSession, now: number): 'fresh' | 'due' | 'expired' {
  const age = (now - askedAt) / 1000;
  const margin = Math.min(marginSeconds, expiresIn / 3);
  if (age >= expiresIn) return 'expired';
  if (age < 0 || age >= expiresIn - margin) return 'due';
  return 'fresh';
}

/** In this process, one after the other. For stores that have no lock of their own. */
export function queue(): NonNullable<TokenStore['lock']> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };
}
