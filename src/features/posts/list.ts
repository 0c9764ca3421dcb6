// GET /api/posts: newest first, page by page; a page begins after a post, not at a number, so no change elsewhere shifts it.

import { base64url } from 'jose';
import * as z from 'zod/mini';
import { authenticated, sessionEnded } from '../../http/authenticate.ts';
import { isUuid } from '../../http/fields.ts';
import { queryParameters } from '../../http/query-parameters.ts';
import type { Endpoint } from '../../http/router.ts';
import { listPosts } from './statements.ts';

/** Larger than any id (RFC 9562, section 5.10). */
const beyondTheNewest = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

const wholeNumber = 'must be a whole number from 1 to 100';
const cursorOfThisList = 'must be a next_cursor of this list';

export const Page = z.object({
  limit: z._default(
    z.coerce
      .number(wholeNumber)
      .check(z.multipleOf(1, wholeNumber), z.gte(1, wholeNumber), z.lte(100, wholeNumber)),
    10,
  ),
  cursor: z.optional(
    z.pipe(
      z.pipe(z.string(cursorOfThisList), z.transform(readCursor)),
      z.string().check(z.refine(isUuid, { error: cursorOfThisList })),
    ),
  ),
});

export const list: Endpoint = (router, dependencies) => {
  const { database, now } = dependencies;

  router.get('/api/posts', authenticated(dependencies), queryParameters(Page), async (context) => {
    const { limit, cursor = beyondTheNewest } = context.req.valid('query');
    const posts = await listPosts(database, {
      ...context.get('access'),
      before: cursor,
      // One more than asked for tells whether there is another page.
      limit: limit + 1,
      now: now(),
    });
    if (!posts) throw sessionEnded();
    const data = posts.slice(0, limit);
    const last = posts.length > limit ? data.at(-1) : undefined;
    const nextCursor = last ? base64url.encode(last.id) : null;
    // RFC 8288, section 3.
    if (nextCursor) context.header('Link', `</api/posts?limit=${limit}&cursor=${nextCursor}>; rel="next"`);
    context.header('Cache-Control', 'private, no-store');
    return context.json({ data, next_cursor: nextCursor });
  });
};

/** Nothing for what is no cursor. */
function readCursor(cursor: string): string {
  try {
    return new TextDecoder().decode(base64url.decode(cursor));
  } catch {
    return '';
  }
}
