// Keeps one session alive: refreshes it once however many wait, and gives it up when the service says so and not before.

import type { ProblemName, TokenResponse } from './api-types.ts';
import { NetworkError, ProblemError, problemOf } from './errors.ts';
import {
  freshness,
  idempotencyKeyOf,
  isSucceeded,
  queue,
  type StoredSession,
  type TokenStore,
} from './store.ts';
import { attempt, deadlineOf, type Fetch, type Limit, type Timing, withRetries } from './transport.ts';

/** `elsewhere`: another process emptied the shared store. A problem's name: the service ended the session. */
export type SignOutReason = 'logout' | 'account-deleted' | 'elsewhere' | ProblemName | 'about:blank';

export type SessionParts = {
  readonly refreshUrl: string;
  readonly store: TokenStore;
  readonly fetch: Fetch;
  readonly timing: Timing;
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

export function keepSession(parts: SessionParts): Session {
  const { store, timing, now } = parts;
  // Whatever changes the store or `current` happens in here, one after the other.
  const lock = store.lock?.bind(store) ?? queue();
  let current: StoredSession | null = null;
  let refreshing: Promise<StoredSession | null> | undefined;
  let signingOut = new AbortController();

  async function read(): Promise<StoredSession | null> {
    if (current) return current;
    return lock(async () => {
      current ??= await store.load();
      return current;
    });
  }

  /** What the store holds, or this process where it is ahead because the store failed to save. */
  async function latest(): Promise<StoredSession | null> {
    const stored = await store.load();
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
    const answer = await exchange(parts, stored, limit).catch((error) => {
      if (error instanceof ProblemError && error.problem.discard_credentials) return error;
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
      await forget(answer.kind);
      throw answer;
    }
    current = sessionOf(answer, { ...stored, askedAt, refreshes: stored.refreshes + 1 });
    await store.save(current);
    return current;
  }

  function goneElsewhere(): null {
    if (current) {
      current = null;
      parts.onSignedOut('elsewhere');
    }
    return null;
  }

  async function forget(reason: SignOutReason): Promise<void> {
    try {
      await store.clear();
    } finally {
      if (current) {
        current = null;
        parts.onSignedOut(reason);
      }
    }
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
        case 'new':
          return session;
      }
    },
    async renewed(refused, kind) {
      // If not even a new token is taken, another will not be either; and each refresh makes a late request look like theft.
      const isPointless = freshness(refused, now()) === 'new' && kind !== 'session-ended';
      return isPointless ? refused : refresh(refused);
    },
    start: (tokens, askedAt) =>
      lock(async () => {
        const session = sessionOf(tokens, { askedAt, refreshKey: parts.newKey(), refreshes: 0 });
        await store.save(session);
        current = session;
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

function exchange(parts: SessionParts, session: StoredSession, limit: Limit): Promise<TokenResponse> {
  return attempt(parts.timing, limit, async (signal) => {
    const response = await parts.fetch(parts.refreshUrl, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': idempotencyKeyOf(session) },
      body: JSON.stringify({ refresh_token: session.refreshToken }),
      signal,
    });
    if (!response.ok) throw await problemOf(response);
    return tokensIn(await response.json());
  });
}

/** @throws NetworkError when this is somebody else's answer. */
export function tokensIn(answer: Partial<TokenResponse> | null): TokenResponse {
  const { access_token, refresh_token, session_id, expires_in } = answer ?? {};
  const texts = [access_token, refresh_token, session_id];
  if (typeof expires_in === 'number' && texts.every((text) => typeof text === 'string')) {
    return answer as TokenResponse;
  }
  throw new NetworkError('The answer holds no tokens.');
}

function sessionOf(
  tokens: TokenResponse,
  rest: Pick<StoredSession, 'askedAt' | 'refreshKey' | 'refreshes'>,
): StoredSession {
  return {
    ...rest,
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token,
    sessionId: tokens.session_id,
    expiresIn: tokens.expires_in,
  };
}
