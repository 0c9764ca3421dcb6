// POST /api/posts: creates a post, once for each Idempotency-Key.

import * as z from 'zod/mini';
import { endpoint } from '../../http/endpoint.ts';
import { line, photoAddress, text } from '../../http/fields.ts';
import { idempotencyKeyHash } from '../../http/idempotency.ts';
import { Problem } from '../../problems.ts';
import { postResponse } from './post-response.ts';
import { createPost } from './statements.ts';

const newPost = () =>
  z.object({
    title: line(200),
    content: text({ maximum: 50_000 }),
    image: z.optional(z.nullable(photoAddress())),
  });

export const create = endpoint(
  { route: 'POST /api/posts', access: 'session', limit: 'write', takesKey: true, body: newPost, trips: 1 },
  (dependencies) => {
    const { database, newId } = dependencies;

    return async ({ context, body, caller }) => {
      const { title, content, image } = body;
      const id = newId();
      const post = await createPost(database, {
        ...caller,
        id,
        title,
        content,
        image: image ?? null,
        // Without a key the call is one of its own kind, and its id says so.
        keyHash: (await idempotencyKeyHash(context)) ?? id,
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
          throw new Problem('session-ended');
      }
    };
  },
);
