// Query parameters that are as their endpoint asks for; anything else is a problem.

import { zValidator } from '@hono/zod-validator';
import type { MiddlewareHandler } from 'hono';
import type * as z from 'zod/mini';
import { Problem } from '../problems.ts';

/**
 * Checks the query; the handler finds it at `context.req.valid('query')`. The schema's own messages are what the client
 * is told.
 *
 * @throws Problem `validation-failed` with `#name` for each parameter.
 */
export function queryParameters(schema: () => z.ZodMiniObject): MiddlewareHandler {
  let validate: MiddlewareHandler | undefined;
  return (context, next) => {
    validate ??= zValidator('query', schema(), (result) => {
      if (result.success) return;
      // One detail for each: a number may be wrong in two ways.
      const details = new Map(
        result.error.issues.map(({ path, message }) => [`#${path.join('.')}`, message]),
      );
      throw new Problem('validation-failed', {
        errors: [...details].map(([pointer, detail]) => ({ pointer, detail })),
      });
    });
    return validate(context, next);
  };
}
