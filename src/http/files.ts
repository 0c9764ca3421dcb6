// Static assets: the page at /docs and the OpenAPI document. The Worker runs first (wrangler.toml, [assets]), so that
// errors are problem documents and not the asset server's own pages.

import type { HonoRequest } from 'hono';
import { Problem } from '../problems.ts';
import { isTagNamed } from './entity-tags.ts';

/** The file at a path that no endpoint has; undefined where there is none. @throws Problem `method-not-allowed`. */
export async function fileAt(
  { raw, url, method }: HonoRequest,
  files: Fetcher | undefined,
): Promise<Response | undefined> {
  const reads = method === 'GET' || method === 'HEAD';
  const file = await files?.fetch(reads ? raw : new Request(url, { method: 'HEAD' }));
  if (!file || file.status === 404) return undefined;
  if (!reads) throw new Problem('method-not-allowed', { headers: { Allow: 'GET, HEAD' } });
  // The asset server compares a single tag, and knows neither lists nor `*` (RFC 9110, section 13.1.2).
  const tag = file.headers.get('ETag');
  if (file.status === 200 && tag && isTagNamed(tag, raw.headers.get('If-None-Match') ?? undefined)) {
    await file.body?.cancel();
    const { headers } = file;
    const kept = [...headers].filter(([name]) => !/^content-(type|length|encoding)$/.test(name));
    return new Response(null, { status: 304, headers: kept });
  }
  // A fetched response is immutable, and middleware has headers to add.
  return new Response(file.body, file);
}
