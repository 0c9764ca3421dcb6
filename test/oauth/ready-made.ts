// The service, as the `fetch` of a library.

import type { Service } from '../service.ts';

export function fetchFrom(service: Service) {
  return async (url: string, init: { method?: string; headers?: HeadersInit; body?: unknown }) => {
    const { pathname, search } = new URL(url);
    const answer = await service.call(init.method ?? 'GET', pathname + search, {
      headers: Object.fromEntries(new Headers(init.headers)),
      ...(init.body == null ? {} : { body: init.body as BodyInit }),
    });
    return new Response(answer.text || null, { status: answer.status, headers: answer.headers });
  };
}
