// DELETE /api/posts/{id}: removes a post, if it is still what the client saw.

import { endpoint } from '../../http/endpoint.ts';
import { strongTags, unwantedTags } from '../../http/entity-tags.ts';
import { Problem } from '../../problems.ts';
import { removePost } from './statements.ts';

export const remove = endpoint(
  { route: 'DELETE /api/posts/:id', access: 'session', limit: 'write', trips: 1 },
  (dependencies) => {
    const { database } = dependencies;

    return async ({ context, caller, id }) => {
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
    };
  },
);
