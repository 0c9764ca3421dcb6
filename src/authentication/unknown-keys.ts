// Tokens with an unknown `kid`: more likely our mistake with keys than a forgery, so it is logged as an error. Log
// flooding: anybody can write a `kid`, so it is logged once a minute at most.

import { unknownKeyLogSeconds } from '../bounds.ts';
import type { Log, UnknownKeys } from '../context.ts';

/** One line a minute and isolate, with the number of those since the last line. */
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
