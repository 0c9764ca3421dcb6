// The answer with one post: its fields, and its entity tag.

import type { Context } from 'hono';
import { entityTag } from '../../http/entity-tags.ts';
import type { VersionedPost } from './statements.ts';

export function setValidators(context: Context, version: number): void {
  context.header('ETag', entityTag(version));
  // `no-transform` (RFC 9111, section 5.2.2.6): a proxy that compresses the answer makes its strong tag weak, and
  // If-Match never matches a weak one. `no-cache`: a client may store the post, and revalidates it.
  context.header('Cache-Control', 'private, no-cache, no-transform');
}

/** Only these fields: the row has the statement's outcome too. */
export function postResponse(context: Context, row: VersionedPost, status: 200 | 201): Response {
  const { id, title, content, image, author_id, created_at, updated_at, version } = row;
  setValidators(context, version);
  return context.json({ id, title, content, image, author_id, created_at, updated_at }, status);
}
