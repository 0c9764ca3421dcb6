// PATCH /api/posts/{id}: changes the fields that are given. Optimistic locking with `If-Match`.

import * as z from 'zod/mini';
import { endpoint } from '../../http/endpoint.ts';
import { strongTags, unwantedTags } from '../../http/entity-tags.ts';
import { optional } from '../../http/fields.ts';
import { Problem } from '../../problems.ts';
import { create } from './create.ts';
import { postResponse } from './post-response.ts';
import { changePost } from './statements.ts';

const postChange = () => {
  const { title, content, image } = create.body().shape;
  // Here `null` is a value: it removes the image.
  return z.object({ title: optional(title), content: optional(content), image });
};

export const change = endpoint(
  { route: 'PATCH /api/posts/:id', access: 'session', limit: 'write', body: postChange, trips: 1 },
  ({ database }) =>
    async ({ context, body, caller, id }) => {
      const { title, content, image } = body;
      const post = await changePost(database, {
        ...caller,
        id,
        ifMatch: strongTags(context.req.header('If-Match')),
        ifNoneMatch: unwantedTags(context.req.header('If-None-Match')),
        title,
        content,
        image,
      });
      switch (post.outcome) {
        case 'allowed':
          return postResponse(context, post, 200);
        case 'caller-ended':
          throw new Problem('session-ended');
        default:
          throw new Problem(post.outcome);
      }
    },
);
