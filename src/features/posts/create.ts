// POST /api/posts: creates a post, once for each Idempotency-Key.

import * as z from 'zod/mini';
import { sessionEnded } from '../../http/authenticate.ts';
import { authenticatedToWrite } from '../../http/authenticated-write.ts';
import { line, photoAddress, text } from '../../http/fields.ts';
import { idempotencyKeyHash } from '../../http/idempotency.ts';
import { jsonBody } from '../../http/json-body.ts';
import type { Endpoint } from '../../http/router.ts';
import { Problem } from '../../problems.ts';
import { postResponse } from './post-response.ts';
import { createPost } from './statements.ts';

export const NewPost = z.object({
  title: line(200),
  content: text({ maximum: 50_000 }),
  image: z.optional(z.nullable(photoAddress)),
});

export const create: Endpoint = (router, dependencies) => {
  const { database, now, newId } = dependencies;

  router.post('/api/posts', authenticatedToWrite(dependencies), jsonBody(NewPost), async (context) => {
    const { title, content, image } = context.req.valid('json');
    const id = newId();
    const post = await createPost(database, {
      ...context.get('access'),
      id,
      title,
      content,
      image: image ?? null,
      // Without a key the call is one of its own kind, and its id says so.
      keyHash: (await idempotencyKeyHash(context)) ?? id,
      now: now(),
    });
    switch (post.outcome) {
      case 'created':
        // A repeat is answered as the first call was (draft-ietf-httpapi-idempotency-key-header-07, section 2.6).
        context.header('Location', `/api/posts/${post.id}`);
        return postResponse(context, post, 201);
      case 'title-taken':
        throw new Problem('title-taken');
      case 'key-reused': {
        // Section 2.7 of the same.
        const detail = 'was used for another post';
        throw new Problem('validation-failed', { errors: [{ pointer: '#Idempotency-Key', detail }] });
      }
      case 'caller-ended':
        throw sessionEnded();
    }
  });
};
