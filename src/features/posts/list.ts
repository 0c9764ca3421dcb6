// GET /api/posts: newest first, in pages.

import * as z from 'zod/mini';
import { endpoint } from '../../http/endpoint.ts';
import { beyondTheNewest, cursorParameter, limitParameter, pageResponse } from '../../http/pagination.ts';
import { Problem } from '../../problems.ts';
import { listPosts } from './statements.ts';

const page = () => z.object({ limit: limitParameter(), cursor: cursorParameter() });

export const list = endpoint(
  { route: 'GET /api/posts', access: 'session', query: page, trips: 1 },
  ({ database }) =>
    async ({ context, query, caller }) => {
      const { limit, cursor = beyondTheNewest } = query;
      // The extra row tells whether there is another page.
      const posts = await listPosts(database, { ...caller, before: cursor, limit: limit + 1 });
      if (!posts) throw new Problem('session-ended');
      return pageResponse(context, posts, limit, { limit: String(limit) });
    },
);
