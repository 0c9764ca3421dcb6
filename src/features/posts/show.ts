// GET /api/posts/{id}: one post, or word that the client's copy is still it.

import { authenticated, sessionEnded } from '../../http/authenticate.ts';
import { isNamed } from '../../http/entity-tags.ts';
import { isUuid } from '../../http/fields.ts';
import type { Endpoint } from '../../http/router.ts';
import { Problem } from '../../problems.ts';
import { postResponse, setValidators } from './post-response.ts';
import { readPost } from './statements.ts';

export const show: Endpoint = (router, dependencies) => {
  const { database, now } = dependencies;

  router.get('/api/posts/:id', authenticated(dependencies), async (context) => {
    const id = context.req.param('id');
    if (!isUuid(id)) throw new Problem('not-found');
    const post = await readPost(database, { ...context.get('access'), id, now: now() });
    switch (post.outcome) {
      case 'found':
        if (!isNamed(post.version, context.req.header('If-None-Match')))
          return postResponse(context, post, 200);
        // What a 200 would have said about caching is said here too (RFC 9110, section 15.4.5).
        setValidators(context, post.version);
        return context.body(null, 304);
      case 'not-found':
        throw new Problem('not-found');
      case 'caller-ended':
        throw sessionEnded();
    }
  });
};
