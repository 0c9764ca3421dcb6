// POST /api/posts: creates a post, once per Idempotency-Key.

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
  ({ database, newId }) =>
    async ({ context, body, caller }) => {
      const { title, content, image } = body;
      const id = newId();
      const post = await createPost(database, {
        ...caller,
        id,
        title,
        content,
        image: image ?? null,
        // Without a key every call is a new one.
        keyHash: (await idempotencyKeyHash(context)) ?? id,
      });
      switch (post.outcome) {
        case 'created':
          // A repeat gets the answer of the first call (draft-ietf-httpapi-idempotency-key-header-07, section 2.6).
          context.header('Location', `/api/posts/${post.id}`);
          return postResponse(context, post, 201);
        case 'title-taken':
          throw new Problem('title-taken');
        case 'key-reused': {
          // Section 2.7 of the draft.
          const detail = 'was used for another post';
          throw new Problem('validation-failed', { errors: [{ pointer: '#Idempotency-Key', detail }] });
        }
        case 'caller-ended':
          throw new Problem('session-ended');
      }
    },
);
