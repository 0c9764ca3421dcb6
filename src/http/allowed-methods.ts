// The methods of a path, for `405`: Hono answers `404` for a path that has other methods.

import type { Router } from './endpoint.ts';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** For the `Allow` header (RFC 9110, section 10.2.1); empty when there is nothing at the path. */
export function allowedMethods(router: Router, path: string): string[] {
  const allowed = methods.filter((method) =>
    // Handlers of all methods are middleware, which every path has.
    router.router.match(method, path)[0].some(([[, route]]) => route.method === method),
  );
  return allowed.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
}
