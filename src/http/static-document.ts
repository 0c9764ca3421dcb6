// Static documents: they do not change while an isolate runs, so the entity tag is made once.

import type { Context } from 'hono';
import { digestOf } from '../encoding.ts';
import { entityTag, isNamed } from './entity-tags.ts';

/** `200` with the document, or `304` where the client's copy is current. */
export function staticDocument(
  body: string,
  headers: { 'Content-Type': string; 'Cache-Control': string },
): (call: { readonly context: Context }) => Promise<Response> {
  let version: string | undefined;
  return async ({ context }) => {
    version ??= await digestOf(body);
    context.header('ETag', entityTag(version));
    if (!isNamed(version, context.req.header('If-None-Match'))) return context.body(body, 200, headers);
    // A 304 has the caching headers of the 200 (RFC 9110, section 15.4.5).
    return context.body(null, 304, { 'Cache-Control': headers['Cache-Control'] });
  };
}
