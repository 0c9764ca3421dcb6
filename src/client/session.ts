// Maintains the session: one refresh at a time for all waiting calls, and sign-out only when the service says so.

import type { TokenResponse } from './api-types.ts';
import { withKey } from './binding.ts';
import { KeyGoneError, ProblemError } from './errors.ts';
import { begunSession, isMissingToken, nextSession, spendTokens, withAccess } from './exchange.ts';
import { guestSession } from './guest-session.ts';
import type { Session, SessionParts, SignOutReason, Started } from './session-types.ts';
import { createMutex, freshness, isSuperseded, type StoredSession, storedSession } from './store.ts';
import { deadlineOf, type Limit, withRetries } from './transport.ts';

/**
 * An access token counts as recently issued for this long. Longer than a refresh with all its retries: a request that
 * is still in flight afterwards carries the previous refresh token at most, never the one before it, which would look
 * like theft.
 */
const recentMilliseconds = 60_000;

export function createSession(parts: SessionParts): Session {
  const { store, timing, now } = parts;
  // Every change of the store or of `current` happens under this lock.
  const lock = store.lock?.bind(store) ?? createMutex();
  let current: StoredSession | null = null;
  /**
   * The login that this process signed out of. Its tokens are not used again, even if another process stores them.
   */
  let signedOutLogin: string | undefined;
  /** The last token response of this process, and its time by the monotonic clock. */
  let obtained: { readonly session: StoredSession; readonly at: number } | undefined;
  let refreshing: Promise<StoredSession | null> | undefined;
  let signingOut = new AbortController();

  async function read(how?: 'stored'): Promise<StoredSession | null> {
    if (current && how !== 'stored') return current;
    return lock(async () => {
      const stored = await latest();
      if (!stored) return signedOutElsewhere();
      if (!current || current.login === stored.login) current = stored;
      return current;
    });
  }

  async function load(): Promise<StoredSession | null> {
    const stored = await storedSession(store);
    if (!stored || stored.login !== signedOutLogin) return stored;
    // Race: a process without a lock was refreshing during the logout and saved its tokens afterwards.
    await store.clear();
    return null;
  }

  /**
   * The newest session of store and memory. Memory is newer when the store failed to save; `put` then saves it again.
   */
  async function latest(put?: 'put'): Promise<StoredSession | null> {
    const stored = await load();
    if (!stored || current?.login !== stored.login || !isSuperseded(stored, current)) return stored;
    if (put) await store.save(current);
    return current;
  }

  /** Single flight: all calls share one refresh, and it continues when one of them is aborted. */
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

  /** One attempt of a refresh. Reads the store first: another process may have refreshed since the previous one. */
  async function spend(stale: StoredSession, limit: Limit): Promise<StoredSession | null> {
    if (limit.signal.aborted) throw limit.reason();
    // The Idempotency-Key has to be stored before it is sent.
    const stored = await latest('put');
    if (!stored) return signedOutElsewhere();
    // Another process has refreshed. Its tokens will do, unless they have expired too, by a clock that was set.
    if (stored.accessToken !== stale.accessToken && freshness(stored, now()) === 'fresh') {
      current = stored;
      return current;
    }
    const decided = await withKey(stored, parts.binding, latest, limit);
    if (!decided) return spend(stale, limit);
    if (decided !== stored) {
      await store.save(decided);
      if (current?.login === decided.login) current = decided;
    }
    const askedAt = now();
    const answer = await spendTokens(parts, decided, limit).catch((error) => {
      if (error instanceof ProblemError || error instanceof KeyGoneError) return error;
      throw error;
    });
    // During the request, another process may have signed out, signed in again, or refreshed.
    const meanwhile = await latest();
    if (!meanwhile) return signedOutElsewhere();
    if (isSuperseded(stored, meanwhile)) {
      current = meanwhile;
      return current;
    }
    if (answer instanceof KeyGoneError) {
      await forget('device-key-gone');
      throw answer;
    }
    if (!(answer instanceof ProblemError)) return save(answer, decided, askedAt);
    if (store.inCookies && isMissingToken(answer)) return forget('elsewhere');
    if (answer.problem.discard_credentials) await forget(answer.kind, answer.problem);
    throw answer;
  }

  /** Saves the tokens together with the Idempotency-Key of the call that will spend them, in one write. */
  const save = (tokens: TokenResponse, before: StoredSession, askedAt: number): Promise<StoredSession> =>
    keep(nextSession(before, { tokens, askedAt, refreshKey: parts.newKey() }));

  async function begin(started: Started): Promise<void> {
    const session = begunSession(started, parts.newKey());
    await store.save(session);
    current = session;
    obtained = { session, at: timing.monotonic() };
  }

  /** It stays in memory where the store fails to save it. */
  async function keep(session: StoredSession): Promise<StoredSession> {
    current = session;
    obtained = { session, at: timing.monotonic() };
    await store.save(session);
    return session;
  }

  /** Under the lock, with the session that is stored. Without one somebody has signed out elsewhere. */
  const withStored = (work: (stored: StoredSession) => Promise<void>) =>
    lock(async () => {
      const stored = await latest();
      if (stored) await work(stored);
      else signedOutElsewhere();
    });

  const stored = async () => (await latest('put')) ?? signedOutElsewhere();

  function signedOutElsewhere(): null {
    signOut('elsewhere');
    return null;
  }

  async function forget(reason: SignOutReason, problem?: ProblemError['problem']): Promise<null> {
    await store.clear().finally(() => signOut(reason, problem));
    return null;
  }

  function signOut(reason: SignOutReason, problem?: ProblemError['problem']): void {
    if (!current) return;
    signedOutLogin = current.login;
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
          // In the background; errors are ignored, since the next call tries again.
          refresh(session).catch(() => {});
          return session;
        case 'fresh':
          return session;
      }
    },
    async renewed(refused, because) {
      // If a recently issued token is refused, another one will be too. And each further refresh could make a delayed
      // request look like reuse of a stolen token. Tokens that live for a few seconds only are excepted: they may
      // expire during the call's retries.
      const age = refused === obtained?.session ? timing.monotonic() - obtained.at : -1;
      const isRecent = age >= 0 && age < Math.min(recentMilliseconds, refused.expiresIn * 1000);
      return isRecent && because === 'token' ? refused : refresh(refused);
    },
    start: (started) => lock(() => begin(started)),
    ...guestSession({ lock, current: stored, withStored, begin, save, keep, refresh }),
    replace: (old, tokens, askedAt) =>
      withStored(async (stored) => {
        // Another process has the new session already, by a refresh with the same key; or another user is signed in.
        if (stored.sessionId !== old.sessionId) current = stored;
        else await save(tokens, stored, askedAt);
      }),
    reissue: (old, tokens, askedAt) =>
      withStored(async (stored) => {
        if (stored.sessionId !== old.sessionId) current = stored;
        else await keep(withAccess(stored, tokens, askedAt));
      }),
    forgetKeyless: (session) =>
      withStored(async (stored) => {
        if (isSuperseded(session, stored) || stored.deviceKey !== session.deviceKey) current = stored;
        else await forget('device-key-gone');
      }),
    end(reason) {
      signingOut.abort();
      signingOut = new AbortController();
      return lock(async () => {
        const faults: unknown[] = [];
        const failed = (error: unknown) => void faults.push(error);
        // If another process signed out first, the store is empty but this process has not reported the sign-out yet.
        const session = (await latest().catch(failed)) ?? current;
        if (session) faults.pop();
        // The store cannot be read: somebody may have been signed in, and now nobody is.
        else if (faults.length > 0) parts.onSignedOut(reason);
        await store.clear().catch(failed);
        current = session;
        signOut(reason);
        return { session, faults };
      });
    },
  };
}
