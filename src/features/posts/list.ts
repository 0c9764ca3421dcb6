// GET /api/posts: newest first, page by page.

import * as z from 'zod/mini';
import { authenticated, sessionEnded } from '../../http/authenticate.ts';
import { beyondTheNewest, cursorParameter, pageOf } from '../../http/pagination.ts';
import { queryParameters } from '../../http/query-parameters.ts';
import type { Endpoint } from '../../http/router.ts';
import { listPosts } from './statements.ts';

const wholeNumber = 'must be a whole number from 1 to 100';

export const Page = z.object({
  limit: z._default(
    z.coerce
      .number(wholeNumber)
      .check(z.multipleOf(1, wholeNumber), z.gte(1, wholeNumber), z.lte(100, wholeNumber)),
    10,
  ),
  cursor: cursorParameter(),
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
    const { data, nextCursor } = pageOf(posts, limit);
    // RFC 8288, section 3.
    if (nextCursor) context.header('Link', `</api/posts?limit=${limit}&cursor=${nextCursor}>; rel="next"`);
    context.header('Cache-Control', 'private, no-store');
    return context.json({ data, next_cursor: nextCursor });
  });
};
