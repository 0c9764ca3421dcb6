// API calls with the access token. A refused token is refreshed once and the call repeated, within one deadline.

import { isForTheCaller, refusedPart } from './answers.ts';
import type { Binding } from './binding.ts';
import type { CallInit, JsonCall, Sent } from './call-types.ts';
import { KeyGoneError, NetworkError, ProblemError, problemOf } from './errors.ts';
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

export function createRequests(parts: {
  readonly baseUrl: string;
  readonly fetch: Fetch;
  /** Without cookies. */
  readonly bareFetch: Fetch;
  readonly session: Session;
  readonly binding: Binding;
  readonly timing: Timing;
  readonly newKey: () => string;
}) {
  const { baseUrl, session, binding, timing } = parts;

  async function sendOnce(
    url: string,
    init: CallInit,
    limit: Limit,
    sent?: Sent,
    fetchAs = parts.fetch,
  ): Promise<Response> {
    try {
      return await attempt(timing, limit, async (signal) => {
        // The types of RequestInit in Workers and browsers differ.
        const response = await fetchAs(url, { ...init, signal } as RequestInit);
        // A response that is cut off counts as lost, so the body is read here.
        if (sent) await response.clone().text();
        // A fault behind the service may have come after what was asked for was done.
        if (sent && response.status >= 500) sent.isLost = true;
        return response;
      });
    } catch (error) {
      if (sent && error instanceof NetworkError) sent.isLost = true;
      throw error;
    }
  }

  /** Resolves with the response, whatever its status. Retries only where that is safe. */
  async function send(
    url: string,
    init: CallInit,
    limit: Limit,
    sent?: Sent,
    fetchAs?: Fetch,
  ): Promise<Response> {
    if (!isIdempotent(init)) return sendOnce(url, init, limit, sent, fetchAs);
    try {
      return await withRetries(timing, limit, async () => {
        const response = await sendOnce(url, init, limit, sent, fetchAs);
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
      const response = await send(
        url,
        withToken(initFor(used), used),
        limit,
        sent,
        fetchFor(used, sent),
      ).catch(async (error) => {
        if (used && error instanceof KeyGoneError) await session.forgetKeyless(used);
        throw error;
      });
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

  /** A proof accompanies a bound access token, and whatever replaces a bound session. */
  function fetchFor(used: StoredSession | null, sent?: Sent): Fetch | undefined {
    if (!used?.deviceKey) return undefined;
    if (used.tokenType === 'DPoP') return binding.fetchAs(used.deviceKey, used.accessToken);
    return sent?.isChangeOfSession ? binding.fetchAs(used.deviceKey) : undefined;
  }

  /** Of a call whose token is not renewed. */
  function fetchOf({ as, deviceKey, isBare }: JsonCall): Fetch | undefined {
    if (isBare) return parts.bareFetch;
    if (!deviceKey) return undefined;
    return binding.fetchAs(deviceKey, as?.tokenType === 'DPoP' ? as.accessToken : undefined);
  }

  async function call<Answer>(method: string, path: string, how: JsonCall = {}): Promise<Answer> {
    const { json, signal, isPublic, as, sent = {}, key: ownKey } = how;
    const limit = deadlineOf(timing, signal);
    const key = method === 'POST' && (ownKey ?? parts.newKey());
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
      const response = await (isPublic || as
        ? send(url, withToken(initFor(null), as ?? null), limit, sent, fetchOf(how))
        : sendSignedIn(url, initFor, limit, sent));
      if (!response.ok) throw await problemOf(response);
      return await attempt(timing, limit, async () => JSON.parse((await response.text()) || 'null'));
    } finally {
      limit.done();
    }
  }

  return { sendSignedIn, call };
}

function withToken(init: CallInit, session: StoredSession | null): CallInit {
  // With `inCookies` the browser sends the cookie itself.
  if (!session || session.refreshToken === '') return init;
  const headers = new Headers(init.headers);
  headers.set('Authorization', `${session.tokenType ?? 'Bearer'} ${session.accessToken}`);
  return { ...init, headers };
}

function isIdempotent({ method = 'GET', headers }: CallInit): boolean {
  return /^(GET|HEAD|OPTIONS|PUT|DELETE)$/i.test(method) || new Headers(headers).has('Idempotency-Key');
}
