// Tokens with an unknown `kid`: more likely our mistake with keys than a forgery, so it is logged as an error. Log
// flooding: anybody can write a `kid`, so it is logged once a minute at most.

import { rareLogSeconds } from '../bounds.ts';
import type { Log, UnknownKeys } from '../context.ts';
import { rarely } from '../rarely.ts';

/** One line a minute and isolate, with the number of those since the last line. */
export function createUnknownKeys(log: Log, now: () => Date): UnknownKeys {
  const say = rarely<{ token: string; kid: string }>((fields) => log('error', 'unknown-token-key', fields), {
    seconds: rareLogSeconds,
    now,
  });
  return (token, kid) => say({ token, kid: kid.slice(0, 64) });
}
