// Tokens that name a key (`kid`) of nobody: more likely a mistake of ours with keys than a forgery, so that an operator hears of
// it; but anybody can write a `kid`, so that nobody makes them hear of it more often than once a minute.

import type { Log, UnknownKeys } from '../context.ts';
import { unknownKeyLogSeconds } from '../lifetimes.ts';

/** One line a minute and isolate, with how many came since the last one. */
export function createUnknownKeys(log: Log, now: () => Date): UnknownKeys {
  let loggedAt = Number.NEGATIVE_INFINITY;
  let others = 0;

  return (token, kid) => {
    const time = now().getTime();
    if (time - loggedAt < unknownKeyLogSeconds * 1000) {
      others += 1;
      return;
    }
    log('error', 'unknown-token-key', { token, kid: kid.slice(0, 64), not_logged_since_the_last: others });
    loggedAt = time;
    others = 0;
  };
}
