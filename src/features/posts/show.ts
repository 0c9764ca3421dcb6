// GET /api/posts/{id}: one post, or `304` where the client's copy is current.

import { endpoint } from '../../http/endpoint.ts';
import { isNamed } from '../../http/entity-tags.ts';
import { Problem } from '../../problems.ts';
import { postResponse, setValidators } from './post-response.ts';
import { readPost } from './statements.ts';

export const show = endpoint(
  { route: 'GET /api/posts/:id', access: 'session', trips: 1 },
  ({ database }) =>
    async ({ context, caller, id }) => {
      const post = await readPost(database, { ...caller, id });
      switch (post.outcome) {
        case 'found':
          if (!isNamed(post.version, context.req.header('If-None-Match')))
            return postResponse(context, post, 200);
          // A 304 has the caching headers of the 200 (RFC 9110, section 15.4.5).
          setValidators(context, post.version);
          return context.body(null, 304);
        case 'not-found':
          throw new Problem('not-found');
        case 'caller-ended':
          throw new Problem('session-ended');
      }
    },
);
