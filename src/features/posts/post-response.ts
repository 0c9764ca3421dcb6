// How one post is answered, wherever it is: its fields, and its entity tag beside them.

import type { Context } from 'hono';
import { entityTag } from '../../http/entity-tags.ts';
import type { VersionedPost } from './statements.ts';

export function setValidators(context: Context, version: number): void {
  context.header('ETag', entityTag(version));
  // Whoever compresses an answer on its way makes a strong tag weak, and If-Match never matches a weak one: so nobody
  // does (RFC 9111, section 5.2.2.6). A client may keep a post and ask whether it still holds.
  context.header('Cache-Control', 'private, no-cache, no-transform');
}

/** Only what is listed here is shown: the row it came in has the statement's outcome too. */
export function postResponse(context: Context, row: VersionedPost, status: 200 | 201): Response {
  const { id, title, content, image, author_id, created_at, updated_at, version } = row;
  setValidators(context, version);
  return context.json({ id, title, content, image, author_id, created_at, updated_at }, status);
}
