// What the Allow header of a 405 says (RFC 9110, section 10.2.1).

import { Hono } from 'hono';
import { expect, test } from 'vitest';
import type { Variables } from '../../../src/context.ts';
import { allowedMethods } from '../../../src/http/allowed-methods.ts';
import type { Router } from '../../../src/http/endpoint.ts';

function router(): Router {
  const made: Router = new Hono<{ Variables: Variables }>();
  const answer = () => new Response();
  made.use(async (_context, next) => next());
  made.get('/things', answer).post('/things', answer);
  made.get('/things/:id', answer).patch('/things/:id', answer).delete('/things/:id', answer);
  made.put('/only', answer);
  return made;
}

test.for<[string, string[]]>([
  ['/things', ['GET', 'HEAD', 'POST']],
  ['/things/1', ['GET', 'HEAD', 'PATCH', 'DELETE']],
  ['/things/%00', ['GET', 'HEAD', 'PATCH', 'DELETE']],
  ['/only', ['PUT']],
  ['/', []],
  ['/nothing', []],
  ['/things/', []],
  ['/things/1/2', []],
  ['/THINGS', []],
  ['//things', []],
  ['/__proto__', []],
  ['/constructor', []],
])('%s has %j', ([path, methods]) => {
  expect(allowedMethods(router(), path)).toEqual(methods);
});
