// Query parameters: parsed, and checked by the endpoint's schema.

import { zValidator } from '@hono/zod-validator';
import type { MiddlewareHandler } from 'hono';
import type * as z from 'zod/mini';
import { Problem } from '../problems.ts';

/**
 * Parses and checks the query; the handler gets it at `context.req.valid('query')`. The client gets the schema's own
 * messages.
 *
 * @throws Problem `validation-failed` with `#name` for each parameter.
 */
export function queryParameters(schema: () => z.ZodMiniObject): MiddlewareHandler {
  let validate: MiddlewareHandler | undefined;
  return (context, next) => {
    validate ??= zValidator('query', schema(), (result) => {
      if (result.success) return;
      // One detail for each parameter: a number may be wrong in two ways.
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
