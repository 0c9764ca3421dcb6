// PATCH /api/posts/{id}: changes the fields that are given, if the post is still what the client saw.

import * as z from 'zod/mini';
import { sessionEnded } from '../../http/authenticate.ts';
import { authenticatedToWrite } from '../../http/authenticated-write.ts';
import { strongTags, unwantedTags } from '../../http/entity-tags.ts';
import { isUuid, optional } from '../../http/fields.ts';
import { jsonBody } from '../../http/json-body.ts';
import type { Endpoint } from '../../http/router.ts';
import { Problem } from '../../problems.ts';
import { NewPost } from './create.ts';
import { postResponse } from './post-response.ts';
import { changePost } from './statements.ts';

export const PostChange = z.object({
  title: optional(NewPost.shape.title),
  content: optional(NewPost.shape.content),
  // Here `null` is a value: it removes the image.
  image: NewPost.shape.image,
});

export const change: Endpoint = (router, dependencies) => {
  const { database, now } = dependencies;

  router.patch(
    '/api/posts/:id',
    authenticatedToWrite(dependencies),
    jsonBody(PostChange),
    async (context) => {
      const id = context.req.param('id');
      if (!isUuid(id)) throw new Problem('not-found');
      const { title, content, image } = context.req.valid('json');
      const post = await changePost(database, {
        ...context.get('access'),
        id,
        ifMatch: strongTags(context.req.header('If-Match')),
        ifNoneMatch: unwantedTags(context.req.header('If-None-Match')),
        title,
        content,
        image,
        now: now(),
      });
      switch (post.outcome) {
        case 'allowed':
          return postResponse(context, post, 200);
        case 'caller-ended':
          throw sessionEnded();
        default:
          throw new Problem(post.outcome);
      }
    },
  );
};
