// A guest's session, and what takes its place: the same user's, under the same login, so that calls of the moment go on with it.

import type { TokenResponse } from './api-types.ts';
import type { Session, Started } from './session-types.ts';
import type { StoredSession } from './store.ts';

/** Parts of session.ts, each under the lock that `exchange` and `withStored` take. */
export function guestSession(parts: {
  readonly lock: <T>(work: () => Promise<T>) => Promise<T>;
  /** What is stored; null where somebody has signed out, elsewhere too. */
  readonly current: () => Promise<StoredSession | null>;
  readonly withStored: (work: (stored: StoredSession) => Promise<void>) => Promise<void>;
  readonly begin: (started: Started) => Promise<void>;
  readonly save: (tokens: TokenResponse, before: StoredSession, askedAt: number) => Promise<unknown>;
  readonly keep: (session: StoredSession) => Promise<unknown>;
  readonly refresh: (stale: StoredSession) => Promise<unknown>;
}): Pick<Session, 'exchange' | 'outgrow'> {
  return {
    exchange: (work) =>
      parts.lock(async () => {
        const stored = await parts.current();
        const started = await work(stored);
        if (!started) return;
        const { tokens, askedAt, deviceKey } = started;
        if (!stored?.isGuest) return parts.begin(started);
        const { isGuest: _, deviceKey: __, ...outgrown } = stored;
        await parts.save(tokens, { ...outgrown, ...(deviceKey && { deviceKey }) }, askedAt);
      }),
    async outgrow(guest) {
      await parts.withStored(async (stored) => {
        if (stored.login !== guest.login) return;
        const { isGuest: _, ...outgrown } = stored;
        await parts.keep(outgrown);
      });
      // The next access token says it as well.
      parts.refresh(guest).catch(() => {});
    },
  };
}
