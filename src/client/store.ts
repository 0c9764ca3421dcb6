// What is kept between two starts of the app, where the app wants it kept.

import type { DeviceStore } from './device.ts';

/**
 * A session as the device keeps it, written in one go. With the tokens is the key of the call that will spend them, so that
 * it is there before any such call is sent, outlives the app, and is the same for every process that reads it.
 */
export type StoredSession = {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly sessionId: string;
  /** When the tokens were asked for, in milliseconds since 1970 by this device's clock, right or wrong. */
  readonly askedAt: number;
  /** How long from then the access token is good. */
  readonly expiresIn: number;
  /** The Idempotency-Key of what spends these tokens. Random and new with each token response: a copy knows no later one. */
  readonly refreshKey: string;
  /** Tells this login from others on the device. A refresh and a change of the password keep it. */
  readonly login: string;
  /** Token responses since login: the larger number is the newer session. */
  readonly refreshes: number;
};

/** Keychain, Keystore, SecureStore, memory: whatever the app gives. A fault of it is thrown, and costs nobody a session. */
export type TokenStore = {
  /** The tokens are in the service's own cookies, which no script reads. What is stored says when to refresh, and how. */
  readonly inCookies?: boolean;
  /** Text that is no JSON is no session: a SyntaxError is nobody signed in. */
  load(): Promise<StoredSession | null>;
  save(session: StoredSession): Promise<void>;
  clear(): Promise<void>;
  /**
   * Runs `work` while no other process that shares the store runs its own, and lets go when a process dies. Without it
   * sharing works as well, as long as none is suspended between two accesses to the store while another refreshes.
   */
  lock?<T>(work: () => Promise<T>): Promise<T>;
  /** A place of its own for what outlives a session. Without it that lives as long as the process. */
  readonly device?: DeviceStore;
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
  const place = (key: string) => ({
    load: async () => JSON.parse(storage.getItem(key) ?? 'null'),
    save: async (value: object) => storage.setItem(key, JSON.stringify(value)),
  });
  return {
    inCookies,
    ...place(name),
    clear: async () => storage.removeItem(name),
    ...(locks && { lock: (work) => locks.request(name, work) }),
    device: place(`${name}.device`),
  };
}

/** @throws what the store throws, unless what it holds is no session. */
export async function storedSession(store: TokenStore): Promise<StoredSession | null> {
  const stored = await jsonOrNothing(() => store.load());
  if (typeof stored?.refreshToken !== 'string' || typeof stored.refreshKey !== 'string') return null;
  if (stored.login !== undefined) return stored;
  // Stored by 0.1.0, whose keys were one random text with the number of the refresh.
  const refreshKey = `${stored.refreshKey}.${stored.refreshes}`;
  return { ...stored, refreshKey, login: loginOf(stored.sessionId) };
}

/** @throws what `load` throws, unless that is about text which is no JSON. */
export async function jsonOrNothing<T>(load: () => Promise<T>): Promise<T | null> {
  try {
    return await load();
  } catch (error) {
    if ((error as Error | undefined)?.name === 'SyntaxError') return null;
    throw error;
  }
}

/** Of the session that a login began: short, as some stores hold 2,048 bytes. Twelve random digits in sixteen. */
export function loginOf(sessionId: string): string {
  return sessionId.slice(-12);
}

/** Whether `other` comes after `session`: of the same login, or of another, which replaced it. */
export function isSucceeded(session: StoredSession, other: StoredSession): boolean {
  return other.login !== session.login || other.refreshes > session.refreshes;
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
