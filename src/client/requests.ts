// One call of the API: with the access token where there is one, refreshed once when it is refused, within one deadline.

import { NetworkError, ProblemError, problemOf } from './errors.ts';
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
  readonly sent?: Sent;
};

/** What became of one call's requests. */
export type Sent = {
  /** One of them had no answer: the service may have done it. */
  isLost?: boolean;
  /** The session that the last one was sent for. */
  by?: StoredSession | null;
  /** It spends the session as a refresh does, and so with the session's own key. */
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
        // Workers and browsers have different ideas of RequestInit.
        const response = await parts.fetch(url, { ...init, signal } as RequestInit);
        // An answer that breaks off is a lost one.
        if (sent) await response.clone().text();
        return response;
      });
    } catch (error) {
      if (sent && error instanceof NetworkError) sent.isLost = true;
      throw error;
    }
  }

  /** The answer, whatever its status. Tried again as far as that is safe. */
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
      const because = await refusalOf(response, sent);
      if (!because) return response;
      const renewed = await abortable(session.renewed(used, because), limit);
      // Nothing is sent again with the token that was refused, or for somebody who signed in meanwhile.
      if (renewed?.accessToken === used.accessToken || renewed?.login !== used.login) return response;
      // The key of a change whose answer was lost has brought the new session: it is done, and not to be done again.
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

/** A pause that was imposed on a person is told to them; and a key that is spent helps with no try. */
function isForTheCaller({ method }: CallInit, { status }: Response, sent?: Sent): boolean {
  return sent !== undefined && method === 'POST' && (status === 429 || status === 409);
}

/** What another session may be better at. A wrong password, for one, is no fault of the token. */
async function refusalOf(response: Response, sent?: Sent): Promise<'token' | 'session' | undefined> {
  const { status, headers } = response;
  if (status === 409 && sent?.isChangeOfSession) return 'session';
  if (status !== 401) return undefined;
  const { kind } = await problemOf(response);
  if (kind === 'session-ended') return 'session';
  const isRefused = /error="?invalid_token\b/i.test(headers.get('WWW-Authenticate') ?? '');
  return isRefused || kind === 'invalid-access-token' ? 'token' : undefined;
}

function withToken(init: CallInit, session: StoredSession | null): CallInit {
  // In cookies, the browser adds it by itself.
  if (!session || session.refreshToken === '') return init;
  const headers = new Headers(init.headers);
  headers.set('Authorization', `Bearer ${session.accessToken}`);
  return { ...init, headers };
}

export function unlessSignedOut(error: unknown): void {
  if (!(error instanceof ProblemError && error.problem.status === 401)) throw error;
}

/** After a request whose answer was lost, a session that is over is what had been asked for. */
export function unlessDone(sent: Sent): (error: unknown) => void {
  return (error) => {
    if (!sent.isLost || (error as ProblemError).kind === 'invalid-credentials') throw error;
    unlessSignedOut(error);
  };
}
