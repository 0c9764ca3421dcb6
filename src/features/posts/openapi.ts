// Posts, as the OpenAPI document describes them.

import * as z from 'zod/mini';
import {
  describe,
  exampleId,
  exampleTime,
  type Feature,
  id,
  noted,
  said,
  time,
} from '../../build/openapi/describe.ts';
import { tags } from '../../build/openapi/tags.ts';
import { change } from './change.ts';
import { create } from './create.ts';
import { list } from './list.ts';
import { remove } from './remove.ts';
import { show } from './show.ts';
import type { Post as ShownPost } from './statements.ts';

const Post: z.ZodMiniType<ShownPost> = z.object({
  id: id(),
  title: z.string(),
  content: z.string(),
  image: z.nullable(noted(z.string(), { format: 'uri' })),
  author_id: id(),
  created_at: time('When it was written.'),
  updated_at: time('When it last changed.'),
});
const Posts = z.object({
  data: z.array(Post),
  next_cursor: z.nullable(said('For `cursor`, to get the next page; null on the last one. Opaque.')),
});

noted(list.query().shape.limit, { type: 'integer', description: 'How many at most.' });
noted(list.query().shape.cursor, {
  description: 'The `next_cursor` of the page before. Left out: the first page.',
});

const post: ShownPost = {
  id: exampleId,
  title: 'On engines',
  content: 'The engine weaves algebraic patterns.',
  image: null,
  author_id: '019ab3f2-0000-7000-8000-000000000001',
  created_at: exampleTime,
  updated_at: exampleTime,
};
const onePost = (description: string, more: readonly string[] = []) => ({
  description,
  headers: ['ETag', 'Cache-Control', ...more],
  content: { schema: Post, examples: { post } },
});

export const posts: Feature = {
  tag: tags.posts,
  schemas: { NewPost: create.body(), PostChange: change.body(), Post, Posts },
  operations: [
    describe(list, {
      id: 'listPosts',
      summary: 'Read posts',
      description: 'Newest first, page by page. New or removed posts shift no page.',
      answers: {
        200: {
          description: 'A page.',
          headers: ['Cache-Control', 'Link?'],
          content: { schema: Posts, examples: { last: { data: [post], next_cursor: null } } },
        },
      },
    }),
    describe(create, {
      id: 'createPost',
      summary: 'Write a post',
      description:
        'With an `Idempotency-Key` a repeat of the call returns the first post instead of writing another.',
      parameters: ['Idempotency-Key'],
      body: { examples: { short: { title: post.title, content: post.content } } },
      answers: { 201: onePost('Written.', ['Location']) },
      problems: ['title-taken'],
    }),
    describe(show, {
      id: 'getPost',
      summary: 'Read a post',
      description: 'Keep the `ETag` to ask again cheaply, and to change the post safely.',
      parameters: ['If-None-Match'],
      answers: {
        200: onePost('The post.'),
        304: { description: 'The copy at hand is still good.', headers: ['ETag', 'Cache-Control'] },
      },
      problems: ['not-found'],
    }),
    describe(change, {
      id: 'changePost',
      summary: 'Change a post',
      description: 'What is left out stays as it is. Only the author or an `admin` may.',
      parameters: ['If-Match', 'If-None-Match'],
      body: { examples: { title: { title: 'On the engine' } }, optional: true },
      answers: { 200: onePost('The post as it is now.') },
      problems: ['not-found', 'not-the-author', 'precondition-failed', 'title-taken'],
    }),
    describe(remove, {
      id: 'deletePost',
      summary: 'Remove a post',
      description: 'Only the author or an `admin` may.',
      parameters: ['If-Match', 'If-None-Match'],
      answers: { 204: { description: 'Gone.' } },
      problems: ['not-found', 'not-the-author', 'precondition-failed'],
    }),
  ],
};
