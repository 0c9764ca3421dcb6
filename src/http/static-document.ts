// A document that stays the same for as long as an isolate lives: its entity tag is made once, and not for every answer.

import type { Context } from 'hono';
import { digestOf } from '../encoding.ts';
import { entityTag, isNamed } from './entity-tags.ts';

/** `200` with the document, or `304` where the client's copy is still it. */
export function staticDocument(
  body: string,
  headers: { 'Content-Type': string; 'Cache-Control': string },
): (call: { readonly context: Context }) => Promise<Response> {
  let version: string | undefined;
  return async ({ context }) => {
    version ??= await digestOf(body);
    context.header('ETag', entityTag(version));
    if (!isNamed(version, context.req.header('If-None-Match'))) return context.body(body, 200, headers);
    // What a 200 would have said about caching is said here too (RFC 9110, section 15.4.5).
    return context.body(null, 304, { 'Cache-Control': headers['Cache-Control'] });
  };
}
