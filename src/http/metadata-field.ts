// A JSON object that is kept with a user, as a change of it comes: keys that are given replace, and those that are `null` go.

import * as z from 'zod/mini';

/** Of the object as it is kept (database/schema.ts); and of a change, which may take as much away. */
export const metadataBytes = 4_096;

/** Far beyond what anybody writes, and far below what Postgres reads. */
const levels = 32;

/** Postgres takes neither NUL nor lone surrogates, in keys or in texts; and reads no number that is none. */
function isStorable(value: unknown, level = 0): boolean {
  if (typeof value === 'string') return !value.includes('\0') && value.isWellFormed();
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  return (
    level < levels &&
    Object.entries(value).every((entry) => entry.every((part) => isStorable(part, level + 1)))
  );
}

export function metadataField() {
  return z.record(z.string(), z.unknown()).check(
    z.refine((value) => isStorable(value), {
      error: `must be JSON of at most ${levels} levels, without the character NUL and without numbers that are too large`,
      abort: true,
    }),
    z.refine((value) => JSON.stringify(value).length <= 2 * metadataBytes, { error: tooLarge }),
  );
}

export const tooLarge = `must have at most ${metadataBytes} bytes`;
