// Keeps one session alive: refreshes it once however many wait, and gives it up when the service says so and not before.

import type { ProblemName, TokenResponse } from './api-types.ts';
import { ProblemError } from './errors.ts';
import { type Exchange, sessionOf, spendTokens } from './exchange.ts';
import { freshness, isSucceeded, queue, type StoredSession, type TokenStore } from './store.ts';
import { deadlineOf, type Limit, withRetries } from './transport.ts';

/** `elsewhere`: another process emptied the shared store, or the cookies are gone. A problem's name: the service ended the session. */
export type SignOutReason = 'logout' | 'account-deleted' | 'elsewhere' | ProblemName | 'about:blank';

export type SessionParts = Exchange & {
  readonly store: TokenStore;
  readonly now: () => number;
  readonly newKey: () => string;
  readonly onSignedOut: (reason: SignOutReason) => void;
};

export type Session = {
  /** With an access token that is good by this device's clock, refreshed if need be; nothing when nobody is signed in. */
  usable(): Promise<StoredSession | null>;
  /** After an API refused the access token of this session. @throws ProblemError when the session is over. */
  renewed(refused: StoredSession, kind: ProblemError['kind']): Promise<StoredSession | null>;
  start(tokens: TokenResponse, askedAt: number): Promise<void>;
  /** Forgets the session and returns it, so that the service can be told. */
  end(reason: SignOutReason): Promise<StoredSession | null>;
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

  async function read(): Promise<StoredSession | null> {
    if (current) return current;
    return lock(async () => {
      current ??= await load();
      return current;
    });
  }

  async function load(): Promise<StoredSession | null> {
    const stored = await store.load();
    if (!stored || stored.refreshKey !== left) return stored;
    // Saved after all, by a process without a lock that was refreshing meanwhile.
    await store.clear();
    return null;
  }

  /** What the store holds, or this process where it is ahead because the store failed to save. */
  async function latest(): Promise<StoredSession | null> {
    const stored = await load();
    return stored && current?.refreshKey === stored.refreshKey && isSucceeded(stored, current)
      ? current
      : stored;
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
    const stored = await latest();
    if (!stored) return goneElsewhere();
    if (stored.accessToken !== stale.accessToken && freshness(stored, now()) !== 'expired') {
      current = stored;
      return current;
    }
    const askedAt = now();
    const answer = await spendTokens(parts, stored, limit).catch((error) => {
      if (error instanceof ProblemError && (error.problem.discard_credentials || areCookiesGone(error)))
        return error;
      throw error;
    });
    // While we waited, another process may have signed out, signed in anew, or been faster.
    const meanwhile = await latest();
    if (!meanwhile) return goneElsewhere();
    if (isSucceeded(stored, meanwhile)) {
      current = meanwhile;
      return current;
    }
    if (answer instanceof ProblemError) {
      if (areCookiesGone(answer)) return forget('elsewhere');
      await forget(answer.kind);
      throw answer;
    }
    current = sessionOf(answer, { ...stored, askedAt, refreshes: stored.refreshes + 1 });
    obtained = { session: current, at: timing.monotonic() };
    await store.save(current);
    return current;
  }

  function goneElsewhere(): null {
    leave('elsewhere');
    return null;
  }

  async function forget(reason: SignOutReason): Promise<null> {
    await store.clear().finally(() => leave(reason));
    return null;
  }

  /** A refresh without a cookie and without a token in its body is missing a field. */
  function areCookiesGone({ kind }: ProblemError): boolean {
    return store.inCookies === true && kind === 'validation-failed';
  }

  function leave(reason: SignOutReason): void {
    if (!current) return;
    left = current.refreshKey;
    current = null;
    parts.onSignedOut(reason);
  }

  return {
    async usable() {
      const session = await read();
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
    async renewed(refused, kind) {
      // If not even a new token is taken, another will not be either; and each refresh makes a late request look like theft.
      // One that lived for a few seconds only has expired in a call that took longer, with its retries.
      const isNew =
        refused === obtained?.session &&
        timing.monotonic() - obtained.at < Math.min(newMilliseconds, refused.expiresIn * 1000);
      const isPointless = isNew && kind !== 'session-ended';
      return isPointless ? refused : refresh(refused);
    },
    start: (tokens, askedAt) =>
      lock(async () => {
        const session = sessionOf(tokens, { askedAt, refreshKey: parts.newKey(), refreshes: 0 });
        await store.save(session);
        current = session;
        obtained = { session, at: timing.monotonic() };
      }),
    end(reason) {
      signingOut.abort();
      signingOut = new AbortController();
      return lock(async () => {
        // Where another process was faster the store is empty, and this one has yet to say so.
        const session = (await latest()) ?? current;
        current = session;
        await forget(reason);
        return session;
      });
    },
  };
}
