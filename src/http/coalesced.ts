// Request coalescing: many who ask at once cost one question, and its answer is kept for a while.

import { coalescedFaultMilliseconds } from '../bounds.ts';

/** How often to look whether another request has the answer. */
const lookMilliseconds = 10;

/** How long to wait for another request's answer before asking oneself: that request may have ended. */
const patienceMilliseconds = 1_000;

/** Until when an answer is kept: milliseconds since 1970. */
export type Kept<Value> = { readonly value: Value; readonly until: number };

/**
 * Requests share the answer, good or bad, but not the promise: workerd cancels the I/O of a request that ends, and lets
 * no other request wait for it. So a request that comes while another asks polls for the answer.
 *
 * @param ask is given what the request that asks was called with: the answer is for all of them.
 * @returns the value, or throws what the question threw.
 */
export function coalesced<Value, Asked extends readonly unknown[]>(
  ask: (...asked: Asked) => Promise<Kept<Value>>,
  now: () => Date,
): (...asked: Asked) => Promise<Value> {
  /** Since when, and until when, there is an answer or somebody who asks. */
  let since = Number.NEGATIVE_INFINITY;
  let until = Number.NEGATIVE_INFINITY;
  let answer: (() => Value) | undefined;

  function keep(kept: () => Value, end: number): Value {
    since = now().getTime();
    until = end;
    answer = kept;
    return kept();
  }

  return async (...asked) => {
    for (;;) {
      const time = now().getTime();
      // A clock that was set back does not prolong it.
      if (time < since || time >= until) break;
      if (answer) return answer();
      await scheduler.wait(lookMilliseconds);
    }
    since = now().getTime();
    until = since + patienceMilliseconds;
    answer = undefined;
    let kept: Kept<Value>;
    try {
      kept = await ask(...asked);
    } catch (error) {
      const fail = (): Value => {
        throw error;
      };
      return keep(fail, now().getTime() + coalescedFaultMilliseconds);
    }
    return keep(() => kept.value, kept.until);
  };
}
