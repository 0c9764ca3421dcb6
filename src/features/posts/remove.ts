// DELETE /api/posts/{id}: removes a post, if it is still what the client saw.

import { sessionEnded } from '../../http/authenticate.ts';
import { authenticatedToWrite } from '../../http/authenticated-write.ts';
import { strongTags, unwantedTags } from '../../http/entity-tags.ts';
import { isUuid } from '../../http/fields.ts';
import type { Endpoint } from '../../http/router.ts';
import { Problem } from '../../problems.ts';
import { removePost } from './statements.ts';

export const remove: Endpoint = (router, dependencies) => {
  const { database, now } = dependencies;

  router.delete('/api/posts/:id', authenticatedToWrite(dependencies), async (context) => {
    const id = context.req.param('id');
    if (!isUuid(id)) throw new Problem('not-found');
    const { outcome } = await removePost(database, {
      ...context.get('access'),
      id,
      ifMatch: strongTags(context.req.header('If-Match')),
      ifNoneMatch: unwantedTags(context.req.header('If-None-Match')),
      now: now(),
    });
    switch (outcome) {
      case 'allowed':
        return context.body(null, 204);
      case 'caller-ended':
        throw sessionEnded();
      default:
        throw new Problem(outcome);
    }
  });
};
