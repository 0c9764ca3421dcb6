// API calls with the access token. A refused token is refreshed once and the call repeated, within one deadline.

import { NetworkError, ProblemError, problemOf } from './errors.ts';
import type { Session } from './session-types.ts';
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

/** RequestInit whose body is not a stream, since a call may be sent again. */
export type CallInit = Omit<RequestInit, 'body' | 'signal'> & {
  body?: string | FormData | Blob | URLSearchParams | ArrayBuffer;
  signal?: AbortSignal;
};

export type CallOptions = { readonly signal?: AbortSignal };

type JsonCall = CallOptions & {
  readonly json?: unknown;
  /** Sent without the access token. */
  readonly isPublic?: boolean;
  readonly sent?: Sent;
};

/** The state of one call across its requests. */
export type Sent = {
  /** A response was lost: the service may have processed the request. */
  isLost?: boolean;
  /** The session of the last request. */
  by?: StoredSession | null;
  /**
   * The call replaces the session, as a refresh does. It is therefore sent with the session's own Idempotency-Key.
   */
  readonly isChangeOfSession?: boolean;
};

export type Call = ReturnType<typeof createRequests>['call'];

export function createRequests(parts: {
  readonly baseUrl: string;
  readonly fetch: Fetch;
  readonly session: Session;
  readonly timing: Timing;
  readonly newKey: () => string;
}) {
  const { baseUrl, session, timing } = parts;

  async function sendOnce(url: string, init: CallInit, limit: Limit, sent?: Sent): Promise<Response> {
    try {
      return await attempt(timing, limit, async (signal) => {
        // The types of RequestInit in Workers and browsers differ.
        const response = await parts.fetch(url, { ...init, signal } as RequestInit);
        // A response that is cut off counts as lost, so the body is read here.
        if (sent) await response.clone().text();
        return response;
      });
    } catch (error) {
      if (sent && error instanceof NetworkError) sent.isLost = true;
      throw error;
    }
  }

  /** Resolves with the response, whatever its status. Retries only where that is safe. */
  async function send(url: string, init: CallInit, limit: Limit, sent?: Sent): Promise<Response> {
    if (!isIdempotent(init)) return sendOnce(url, init, limit, sent);
    try {
      return await withRetries(timing, limit, async () => {
        const response = await sendOnce(url, init, limit, sent);
        if (response.status < 400) return response;
        const problem = await problemOf(response);
        if (problem.problem.retryable && !isForTheCaller(init, response, sent)) throw problem;
        return response;
      });
    } catch (error) {
      if (error instanceof ProblemError) return error.response;
      throw error;
    }
  }

  async function sendSignedIn(
    url: string,
    initFor: (used: StoredSession | null) => CallInit,
    limit: Limit,
    sent?: Sent,
  ): Promise<Response> {
    let used = await abortable(session.usable(sent?.isChangeOfSession ? 'stored' : undefined), limit);
    for (let renewals = 0; ; renewals += 1) {
      if (sent) sent.by = used;
      const response = await send(url, withToken(initFor(used), used), limit, sent);
      if (!used || renewals === (sent?.isChangeOfSession ? 3 : 1)) return response;
      const refused = await refusedPart(response, sent);
      if (!refused) return response;
      const renewed = await abortable(session.renewed(used, refused), limit);
      // Not repeated with the token that was just refused, nor for another user who has signed in meanwhile.
      if (renewed?.accessToken === used.accessToken || renewed?.login !== used.login) return response;
      // The response to a password change was lost, and the refresh with its key returned the new session. The change
      // is done.
      if (sent?.isChangeOfSession && sent.isLost && renewed.sessionId !== used.sessionId)
        return new Response(null, { status: 204 });
      used = renewed;
    }
  }

  async function call<Answer>(
    method: string,
    path: string,
    { json, signal, isPublic, sent = {} }: JsonCall = {},
  ): Promise<Answer> {
    const limit = deadlineOf(timing, signal);
    const key = method === 'POST' && parts.newKey();
    const initFor = (used: StoredSession | null): CallInit => ({
      method,
      headers: {
        ...(json !== undefined && { 'Content-Type': 'application/json' }),
        ...(key && { 'Idempotency-Key': (sent.isChangeOfSession && used?.refreshKey) || key }),
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
    });
    try {
      const url = baseUrl + path;
      const response = await (isPublic
        ? send(url, initFor(null), limit, sent)
        : sendSignedIn(url, initFor, limit, sent));
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

/**
 * Not retried: a rate limit is for the user to see (429), and a retry with a spent Idempotency-Key cannot succeed
 * (409).
 */
function isForTheCaller({ method }: CallInit, { status }: Response, sent?: Sent): boolean {
  return sent !== undefined && method === 'POST' && (status === 429 || status === 409);
}

/**
 * What has to be renewed before the call can succeed; undefined for other errors. A wrong password, for one, is a 401
 * too.
 */
async function refusedPart(response: Response, sent?: Sent): Promise<'token' | 'session' | undefined> {
  const { status, headers } = response;
  if (status === 409 && sent?.isChangeOfSession) return 'session';
  if (status !== 401) return undefined;
  const { kind } = await problemOf(response);
  if (kind === 'session-ended') return 'session';
  const isRefused = /error="?invalid_token\b/i.test(headers.get('WWW-Authenticate') ?? '');
  return isRefused || kind === 'invalid-access-token' ? 'token' : undefined;
}

function withToken(init: CallInit, session: StoredSession | null): CallInit {
  // With `inCookies` the browser sends the cookie itself.
  if (!session || session.refreshToken === '') return init;
  const headers = new Headers(init.headers);
  headers.set('Authorization', `Bearer ${session.accessToken}`);
  return { ...init, headers };
}

/** Rethrows unless the session has ended already, which is what was asked for. */
export function ignoreSignedOut(error: unknown): void {
  if (!(error instanceof ProblemError && error.problem.status === 401)) throw error;
}

/** After a lost response, an ended session means that the call has been processed. Rethrows in all other cases. */
export function ignoreIfDone(sent: Sent): (error: unknown) => void {
  return (error) => {
    if (!sent.isLost || (error as ProblemError).kind === 'invalid-credentials') throw error;
    ignoreSignedOut(error);
  };
}
