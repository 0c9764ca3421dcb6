// Files beside the Worker: the page at /docs and the OpenAPI document. Requests come here first (wrangler.toml, [assets]),
// so that what the file server would refuse in its own words is refused in ours.

import type { HonoRequest } from 'hono';
import { Problem } from '../problems.ts';
import { isTagNamed } from './entity-tags.ts';

/** The file at a path that no endpoint has; nothing where there is none. @throws Problem `method-not-allowed`. */
export async function fileAt(
  { raw, url, method }: HonoRequest,
  files: Fetcher | undefined,
): Promise<Response | undefined> {
  const reads = method === 'GET' || method === 'HEAD';
  const file = await files?.fetch(reads ? raw : new Request(url, { method: 'HEAD' }));
  if (!file || file.status === 404) return undefined;
  if (!reads) throw new Problem('method-not-allowed', { headers: { Allow: 'GET, HEAD' } });
  // The file server knows its tag alone, and neither a list nor `*` (RFC 9110, section 13.1.2).
  const tag = file.headers.get('ETag');
  if (file.status === 200 && tag && isTagNamed(tag, raw.headers.get('If-None-Match') ?? undefined)) {
    await file.body?.cancel();
    const { headers } = file;
    const kept = [...headers].filter(([name]) => !/^content-(type|length|encoding)$/.test(name));
    return new Response(null, { status: 304, headers: kept });
  }
  // What was fetched cannot be changed, and the headers of every answer are still to come.
  return new Response(file.body, file);
}
