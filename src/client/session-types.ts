// What the session offers to the client's calls, and what it needs.

import type { TokenResponse } from './api-types.ts';
import type { Exchange } from './exchange.ts';
import type { ProblemDocument, ProblemName } from './problem-types.ts';
import type { StoredSession, TokenStore } from './store.ts';

/**
 * `elsewhere`: another process cleared the shared store, or the cookies are gone. `device-key-gone`: the
 * key that the session was bound to is lost for good, and the service has not been told. A problem's name: the service
 * ended the session.
 */
export type SignOutReason =
  | 'logout'
  | 'account-deleted'
  | 'elsewhere'
  | 'device-key-gone'
  | ProblemName
  | 'about:blank';

export type SessionParts = Exchange & {
  readonly store: TokenStore;
  readonly now: () => number;
  readonly newKey: () => string;
  /** `problem`: the service's error, if there was one. */
  readonly onSignedOut: (reason: SignOutReason, problem?: ProblemDocument) => void;
};

/** What a sign-in brought. */
export type Started = {
  readonly tokens: TokenResponse;
  readonly askedAt: number;
  /** The name of the key whose proof the sign-in carried. */
  readonly deviceKey?: string | null | undefined;
  readonly isGuest?: true;
};

export type Session = {
  /**
   * Returns the session with an access token that has not expired by this device's clock, refreshing it if necessary;
   * null when nobody is signed in. `stored`: reads the store again, since another process may have changed the
   * session and its Idempotency-Key.
   */
  usable(how?: 'stored'): Promise<StoredSession | null>;
  /**
   * Refreshes after the service refused this session. `token`: only the access token was refused, so a recently
   * issued one is not refreshed again. `session`: the session has ended, or its key is spent; then it always
   * refreshes.
   *
   * @throws ProblemError when the session has ended; KeyGoneError when its key is gone.
   */
  renewed(refused: StoredSession, because: 'token' | 'session'): Promise<StoredSession | null>;
  start(started: Started): Promise<void>;
  /**
   * Puts what `work` brings in place of what is stored, under one hold of the store's lock: no refresh comes between the
   * end of a guest's session and what follows it. A guest's login goes on: it is the same user.
   *
   * @param work given what is stored; must not call a method of the session, all of which may want the lock.
   */
  exchange(work: (stored: StoredSession | null) => Promise<Started | undefined>): Promise<void>;
  /** The account of this guest is somebody's now, by a call that started no session. */
  outgrow(guest: StoredSession): Promise<void>;
  /** Stores the session that a password change created in place of `old`. */
  replace(old: StoredSession, tokens: TokenResponse, askedAt: number): Promise<void>;
  /** Stores the access token that a reauthentication brought to `old`. Its refresh token stays. */
  reissue(old: StoredSession, tokens: TokenResponse, askedAt: number): Promise<void>;
  /** Discards this session: a call found that its key is gone. */
  forgetKeyless(session: StoredSession): Promise<void>;
  /**
   * Discards the session and returns it, so that the caller can revoke it; and the errors of the store. Never
   * rejects.
   */
  end(reason: SignOutReason): Promise<{
    readonly session: StoredSession | null;
    readonly faults: readonly unknown[];
  }>;
};
