// DELETE /api/posts/{id}: removes a post. Optimistic locking with `If-Match`.

import { endpoint } from '../../http/endpoint.ts';
import { strongTags, unwantedTags } from '../../http/entity-tags.ts';
import { Problem } from '../../problems.ts';
import { removePost } from './statements.ts';

export const remove = endpoint(
  { route: 'DELETE /api/posts/:id', access: 'session', limit: 'write', trips: 1 },
  ({ database }) =>
    async ({ context, caller, id }) => {
      const { outcome } = await removePost(database, {
        ...caller,
        id,
        ifMatch: strongTags(context.req.header('If-Match')),
        ifNoneMatch: unwantedTags(context.req.header('If-None-Match')),
      });
      switch (outcome) {
        case 'allowed':
          return context.body(null, 204);
        case 'caller-ended':
          throw new Problem('session-ended');
        default:
          throw new Problem(outcome);
      }
    },
);
