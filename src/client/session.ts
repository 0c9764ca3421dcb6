// Keeps one session alive: refreshes it once however many wait, and gives it up when the service says so and not before.

import type { ProblemDocument, ProblemName, TokenResponse } from './api-types.ts';
import { ProblemError } from './errors.ts';
import { type Exchange, lacksToken, sessionOf, spendTokens } from './exchange.ts';
import {
  freshness,
  isSucceeded,
  loginOf,
  queue,
  type StoredSession,
  storedSession,
  type TokenStore,
} from './store.ts';
import { deadlineOf, type Limit, withRetries } from './transport.ts';

/** `elsewhere`: another process emptied the shared store, or the cookies are gone. A problem's name: the service ended the session. */
export type SignOutReason = 'logout' | 'account-deleted' | 'elsewhere' | ProblemName | 'about:blank';

export type SessionParts = Exchange & {
  readonly store: TokenStore;
  readonly now: () => number;
  readonly newKey: () => string;
  /** With what the service said, where it did. */
  readonly onSignedOut: (reason: SignOutReason, problem?: ProblemDocument) => void;
};

export type Session = {
  /**
   * With an access token that is good by this device's clock, refreshed if need be; nothing when nobody is signed in. `stored`:
   * as another process may have left it since, with the key that counts.
   */
  usable(how?: 'stored'): Promise<StoredSession | null>;
  /**
   * After this session was refused: for its access token, or because it is over or its key is spent, which a token that is
   * new does not help. @throws ProblemError when the session is over.
   */
  renewed(refused: StoredSession, because: 'token' | 'session'): Promise<StoredSession | null>;
  start(tokens: TokenResponse, askedAt: number): Promise<void>;
  /** A changed password has ended this session and begun another in its place. */
  replace(old: StoredSession, tokens: TokenResponse, askedAt: number): Promise<void>;
  /** Forgets the session and returns it, so that the service can be told; and what the store threw at that. Never rejects. */
  end(reason: SignOutReason): Promise<{
    readonly session: StoredSession | null;
    readonly faults: readonly unknown[];
  }>;
};

/** Longer than a refresh takes with all its attempts: what is still on its way after that is one refresh late, not two. */
const newMilliseconds = 60_000;

export function keepSession(parts: SessionParts): Session {
  const { store, timing, now } = parts;
  // Whatever changes the store or `current` happens in here, one after the other.
  const lock = store.lock?.bind(store) ?? queue();
  let current: StoredSession | null = null;
  /** The login that this process has signed out of: its tokens are not taken up again, wherever they come from. */
  let left: string | undefined;
  /** What this process last got from the service, and when by the monotonic clock. */
  let obtained: { readonly session: StoredSession; readonly at: number } | undefined;
  let refreshing: Promise<StoredSession | null> | undefined;
  let signingOut = new AbortController();

  async function read(how?: 'stored'): Promise<StoredSession | null> {
    if (current && how !== 'stored') return current;
    return lock(async () => {
      const stored = await latest();
      if (!stored) return goneElsewhere();
      if (!current || current.login === stored.login) current = stored;
      return current;
    });
  }

  async function load(): Promise<StoredSession | null> {
    const stored = await storedSession(store);
    if (!stored || stored.login !== left) return stored;
    // Saved after all, by a process without a lock that was refreshing meanwhile.
    await store.clear();
    return null;
  }

  /** What the store holds, or this process where it is ahead because the store failed to save: then `put` puts it there. */
  async function latest(put?: 'put'): Promise<StoredSession | null> {
    const stored = await load();
    if (!stored || current?.login !== stored.login || !isSucceeded(stored, current)) return stored;
    if (put) await store.save(current);
    return current;
  }

  /** One refresh in flight, however many calls wait for it and whoever of them gives up. */
  function refresh(stale: StoredSession): Promise<StoredSession | null> {
    refreshing ??= (async () => {
      const limit = deadlineOf(timing, signingOut.signal);
      try {
        return await withRetries(timing, limit, () => lock(() => spend(stale, limit)));
      } finally {
        limit.done();
        refreshing = undefined;
      }
    })();
    return refreshing;
  }

  /** One try. It starts from the store each time: in the pause before it another process may have been faster. */
  async function spend(stale: StoredSession, limit: Limit): Promise<StoredSession | null> {
    if (limit.signal.aborted) throw limit.reason();
    // Its key has to be kept before it is sent.
    const stored = await latest('put');
    if (!stored) return goneElsewhere();
    // By a clock that was set, tokens of another process are no better than those that were refused.
    if (stored.accessToken !== stale.accessToken && freshness(stored, now()) === 'fresh') {
      current = stored;
      return current;
    }
    const askedAt = now();
    const answer = await spendTokens(parts, stored, limit).catch((error) => {
      if (error instanceof ProblemError) return error;
      throw error;
    });
    // While we waited, another process may have signed out, signed in anew, or been faster.
    const meanwhile = await latest();
    if (!meanwhile) return goneElsewhere();
    if (isSucceeded(stored, meanwhile)) {
      current = meanwhile;
      return current;
    }
    if (!(answer instanceof ProblemError)) return keep(answer, stored, askedAt);
    if (store.inCookies && lacksToken(answer)) return forget('elsewhere');
    if (answer.problem.discard_credentials) await forget(answer.kind, answer.problem);
    throw answer;
  }

  /** In one go with the key of what will spend them. */
  async function keep(tokens: TokenResponse, before: StoredSession, askedAt: number): Promise<StoredSession> {
    const { login, refreshes } = before;
    current = sessionOf(tokens, { askedAt, login, refreshes: refreshes + 1, refreshKey: parts.newKey() });
    obtained = { session: current, at: timing.monotonic() };
    await store.save(current);
    return current;
  }

  function goneElsewhere(): null {
    leave('elsewhere');
    return null;
  }

  async function forget(reason: SignOutReason, problem?: ProblemDocument): Promise<null> {
    await store.clear().finally(() => leave(reason, problem));
    return null;
  }

  function leave(reason: SignOutReason, problem?: ProblemDocument): void {
    if (!current) return;
    left = current.login;
    current = null;
    parts.onSignedOut(reason, problem);
  }

  return {
    async usable(how) {
      const session = await read(how);
      if (!session) return null;
      switch (freshness(session, now())) {
        case 'expired':
          return refresh(session);
        case 'due':
          // Nobody waits for it, and nobody minds if it fails: the next call tries again.
          refresh(session).catch(() => {});
          return session;
        case 'fresh':
          return session;
      }
    },
    async renewed(refused, because) {
      // If not even a new token is taken, another will not be either; and each refresh makes a late request look like theft.
      // One that lived for a few seconds only has expired in a call that took longer, with its retries.
      const age = refused === obtained?.session ? timing.monotonic() - obtained.at : -1;
      const isNew = age >= 0 && age < Math.min(newMilliseconds, refused.expiresIn * 1000);
      return isNew && because === 'token' ? refused : refresh(refused);
    },
    start: (tokens, askedAt) =>
      lock(async () => {
        const login = loginOf(tokens.session_id);
        const session = sessionOf(tokens, { askedAt, login, refreshes: 0, refreshKey: parts.newKey() });
        await store.save(session);
        current = session;
        obtained = { session, at: timing.monotonic() };
      }),
    replace: (old, tokens, askedAt) =>
      lock(async () => {
        const stored = await latest();
        if (!stored) goneElsewhere();
        // Its key may have brought another process the new session before; or somebody else has signed in.
        else if (stored.sessionId !== old.sessionId) current = stored;
        else await keep(tokens, stored, askedAt);
      }),
    end(reason) {
      signingOut.abort();
      signingOut = new AbortController();
      return lock(async () => {
        const faults: unknown[] = [];
        const failed = (error: unknown) => void faults.push(error);
        // Where another process was faster the store is empty, and this one has yet to say so.
        const session = (await latest().catch(failed)) ?? current;
        if (session) faults.pop();
        // Nobody knows whether somebody was signed in. Nobody is any more.
        else if (faults.length > 0) parts.onSignedOut(reason);
        await store.clear().catch(failed);
        current = session;
        leave(reason);
        return { session, faults };
      });
    },
  };
}
