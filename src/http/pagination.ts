// Keyset pagination: a page begins after a row and not at an offset, so that new and removed rows shift no page. Ids
// are UUIDv7, newest first.

import { base64url } from 'jose';
import * as z from 'zod/mini';
import { isUuid } from '../encoding.ts';

/** The Max UUID (RFC 9562, section 5.10), larger than any id: the first page begins before it. */
export const beyondTheNewest = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

const cursorOfThisList = 'must be a next_cursor of this list';

/** Where a page begins: the id of the last row of the page before, as `nextCursor` wrote it. */
export function cursorParameter() {
  return z.optional(
    z.pipe(
      z.pipe(
        z.string(cursorOfThisList).check(z.maxLength(64, { error: cursorOfThisList, abort: true })),
        z.transform(readCursor),
      ),
      z.string().check(z.refine(isUuid, { error: cursorOfThisList })),
    ),
  );
}

/** A page of up to `limit + 1` rows: the extra row tells whether there is another page. */
export function pageOf<Row extends { readonly id: string }>(rows: readonly Row[], limit: number) {
  const data = rows.slice(0, limit);
  const last = rows.length > limit ? data.at(-1) : undefined;
  return { data, nextCursor: last ? base64url.encode(last.id) : null };
}

/** Empty for what is no cursor. */
function readCursor(cursor: string): string {
  try {
    return new TextDecoder().decode(base64url.decode(cursor));
  } catch {
    return '';
  }
}
