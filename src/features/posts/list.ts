// GET /api/posts: newest first, in pages.

import * as z from 'zod/mini';
import { endpoint } from '../../http/endpoint.ts';
import { beyondTheNewest, cursorParameter, pageOf } from '../../http/pagination.ts';
import { Problem } from '../../problems.ts';
import { listPosts } from './statements.ts';

const wholeNumber = 'must be a whole number from 1 to 100';

const page = () =>
  z.object({
    limit: z._default(
      z.coerce
        .number(wholeNumber)
        .check(z.multipleOf(1, wholeNumber), z.gte(1, wholeNumber), z.lte(100, wholeNumber)),
      10,
    ),
    cursor: cursorParameter(),
  });

export const list = endpoint(
  { route: 'GET /api/posts', access: 'session', query: page, trips: 1 },
  ({ database }) =>
    async ({ context, query, caller }) => {
      const { limit, cursor = beyondTheNewest } = query;
      const posts = await listPosts(database, {
        ...caller,
        before: cursor,
        // The extra row tells whether there is another page.
        limit: limit + 1,
      });
      if (!posts) throw new Problem('session-ended');
      const { data, nextCursor } = pageOf(posts, limit);
      // RFC 8288, section 3.
      if (nextCursor) context.header('Link', `</api/posts?limit=${limit}&cursor=${nextCursor}>; rel="next"`);
      context.header('Cache-Control', 'private, no-store');
      return context.json({ data, next_cursor: nextCursor });
    },
);
