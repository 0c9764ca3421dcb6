// One call of the API: with the access token where there is one, refreshed once when it is refused, within one deadline.

import { ProblemError, problemOf } from './errors.ts';
import type { Session } from './session.ts';
import type { StoredSession } from './store.ts';
import {
  abortable,
  attempt,
  deadlineOf,
  type Fetch,
  type Limit,
  type Timing,
  withRetries,
} from './transport.ts';

/** A request as `fetch` takes it. Its body is no stream, since a call may be sent again. */
export type CallInit = Omit<RequestInit, 'body' | 'signal'> & {
  body?: string | FormData | Blob | URLSearchParams | ArrayBuffer;
  signal?: AbortSignal;
};

export type CallOptions = { readonly signal?: AbortSignal };

type JsonCall = CallOptions & {
  readonly json?: unknown;
  /** Sent without the access token. */
  readonly isPublic?: boolean;
  /** Doing it twice comes to the same. By default what RFC 9110, section 9.2.2, says of the method. */
  readonly isRepeatable?: boolean;
};

export function createRequests(parts: {
  readonly baseUrl: string;
  readonly fetch: Fetch;
  readonly session: Session;
  readonly timing: Timing;
}) {
  const { baseUrl, session, timing } = parts;

  async function sendOnce(url: string, init: CallInit, limit: Limit): Promise<Response> {
    // Workers and browsers have different ideas of RequestInit.
    return attempt(timing, limit, (signal) => parts.fetch(url, { ...init, signal } as RequestInit));
  }

  /** The answer, whatever its status. Tried again as far as that is safe. */
  async function send(
    url: string,
    init: CallInit,
    limit: Limit,
    isRepeatable = isIdempotent(init),
  ): Promise<Response> {
    if (!isRepeatable) return sendOnce(url, init, limit);
    try {
      return await withRetries(timing, limit, async () => {
        const response = await sendOnce(url, init, limit);
        if (response.status < 400) return response;
        const problem = await problemOf(response);
        if (problem.problem.retryable) throw problem;
        return response;
      });
    } catch (error) {
      if (error instanceof ProblemError) return error.response;
      throw error;
    }
  }

  async function sendSignedIn(url: string, init: CallInit, limit: Limit): Promise<Response> {
    let used = await abortable(session.usable(), limit);
    for (let renewals = 0; ; renewals += 1) {
      const response = await send(url, withToken(init, used), limit);
      // Twice: what another process has left in the store may be as old, behind a clock that was set back.
      if (!used || response.status !== 401 || renewals === 2) return response;
      const { kind } = await problemOf(response);
      // A wrong password is no fault of the token.
      if (kind === 'invalid-credentials') return response;
      const renewed = await abortable(session.renewed(used, kind), limit);
      // Nothing is sent again with the token that was refused, or for somebody who signed in meanwhile.
      if (renewed?.accessToken === used.accessToken || renewed?.sessionId !== used.sessionId) return response;
      used = renewed;
    }
  }

  async function call<Answer>(
    method: string,
    path: string,
    { json, signal, isPublic, isRepeatable }: JsonCall = {},
  ): Promise<Answer> {
    const limit = deadlineOf(timing, signal);
    try {
      const init: CallInit = {
        method,
        ...(json !== undefined && {
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify(json),
        }),
      };
      const url = baseUrl + path;
      const response = await (isPublic
        ? send(url, init, limit, isRepeatable)
        : sendSignedIn(url, init, limit));
      if (!response.ok) throw await problemOf(response);
      return await attempt(timing, limit, async () => JSON.parse((await response.text()) || 'null'));
    } finally {
      limit.done();
    }
  }

  return { sendSignedIn, call };
}

function isIdempotent({ method = 'GET', headers }: CallInit): boolean {
  return /^(GET|HEAD|OPTIONS|PUT|DELETE)$/i.test(method) || new Headers(headers).has('Idempotency-Key');
}

function withToken(init: CallInit, session: StoredSession | null): CallInit {
  // In cookies, the browser adds it by itself.
  if (!session || session.refreshToken === '') return init;
  const headers = new Headers(init.headers);
  headers.set('Authorization', `Bearer ${session.accessToken}`);
  return { ...init, headers };
}
