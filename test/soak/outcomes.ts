// What became of a call of the client.

import { NetworkError, ProblemError } from '../../src/client/client.ts';

/** Nobody knows, or the service refused it with this problem. */
export type Outcome = 'ok' | 'unknown' | (string & {});

export async function outcomeOf(call: Promise<unknown>): Promise<Outcome> {
  try {
    await call;
    return 'ok';
  } catch (error) {
    if (error instanceof NetworkError) return 'unknown';
    if (error instanceof ProblemError) return error.problem.status === 503 ? 'unknown' : error.kind;
    throw error;
  }
}
