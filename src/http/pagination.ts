// Keyset pagination: a page begins after a row and not at an offset, so that new and removed rows shift no page. Ids
// are UUIDv7, newest first.

import type { Context } from 'hono';
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

const limitOfThisList = 'must be a whole number from 1 to 100';

/** How many rows at most. @param usual where the request does not say. */
export function limitParameter(usual = 10) {
  return z._default(
    z.coerce
      .number(limitOfThisList)
      .check(z.multipleOf(1, limitOfThisList), z.gte(1, limitOfThisList), z.lte(100, limitOfThisList)),
    usual,
  );
}

/**
 * `{data, next_cursor}`, and a link to the next page (RFC 8288, section 3).
 *
 * @param rows up to `limit + 1`: the extra row tells whether there is another page.
 * @param parameters of this page that the next one has as well.
 */
export function pageResponse<Row extends { readonly id: string }>(
  context: Context,
  rows: readonly Row[],
  limit: number,
  parameters: Readonly<Record<string, string>> = {},
): Response {
  const data = rows.slice(0, limit);
  const last = rows.length > limit ? data.at(-1) : undefined;
  const next_cursor = last ? base64url.encode(last.id) : null;
  if (next_cursor !== null) {
    const next = new URLSearchParams({ ...parameters, cursor: next_cursor });
    context.header('Link', `<${context.req.path}?${next}>; rel="next"`);
  }
  context.header('Cache-Control', 'private, no-store');
  return context.json({ data, next_cursor });
}

/** Empty for what is no cursor. */
function readCursor(cursor: string): string {
  try {
    return new TextDecoder().decode(base64url.decode(cursor));
  } catch {
    return '';
  }
}
