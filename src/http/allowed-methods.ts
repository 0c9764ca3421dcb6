// Which methods a path has, for the 405 that Hono does not tell from a 404.

import type { Router } from './endpoint.ts';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** In the form of the `Allow` header (RFC 9110, section 10.2.1); empty when there is nothing at the path. */
export function allowedMethods(router: Router, path: string): string[] {
  const allowed = methods.filter((method) =>
    // A handler that answers to every method is middleware, which every path has.
    router.router.match(method, path)[0].some(([[, route]]) => route.method === method),
  );
  return allowed.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
}
