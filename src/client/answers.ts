// What an answer to a call means for its session, and whether the call was done.

import type { CallInit, Sent } from './call-types.ts';
import { ProblemError, problemOf } from './errors.ts';

/**
 * Not retried: a rate limit is for the user to see (429), and a retry with a spent Idempotency-Key cannot succeed
 * (409).
 */
export function isForTheCaller({ method }: CallInit, { status }: Response, sent?: Sent): boolean {
  return sent !== undefined && method === 'POST' && (status === 429 || status === 409);
}

/**
 * What has to be renewed before the call can succeed; undefined for other errors. A wrong password, for one, is a 401
 * too.
 */
export async function refusedPart(response: Response, sent?: Sent): Promise<'token' | 'session' | undefined> {
  const { status, headers } = response;
  if (status === 409 && sent?.isChangeOfSession) return 'session';
  if (status !== 401) return undefined;
  const { kind } = await problemOf(response);
  if (kind === 'session-ended') return 'session';
  const isRefused = /error="?invalid_token\b/i.test(headers.get('WWW-Authenticate') ?? '');
  return isRefused || kind === 'invalid-access-token' ? 'token' : undefined;
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
