// A request body that is a form as a browser posts it, and of the shape that its page asks for; anything else is a problem.

import type { Context, MiddlewareHandler } from 'hono';
import type * as z from 'zod/mini';
import { Problem } from '../problems.ts';
import { validationFailed } from './json-body.ts';

/** What the form held, the last of what it held twice; nothing where there was none. */
export async function formFields(context: Context): Promise<Record<string, string>> {
  // Without files, which this media type cannot hold.
  return isForm(context) ? ((await context.req.parseBody()) as Record<string, string>) : {};
}

/**
 * Reads and checks the form; the handler finds it where it finds a body of JSON.
 *
 * @throws Problem `unsupported-media-type`, or `validation-failed` with a pointer for each field.
 */
export function formBody(schema: () => z.ZodMiniType): MiddlewareHandler {
  return async (context, next) => {
    if (!isForm(context)) {
      throw new Problem('unsupported-media-type', {
        detail: 'The body must be application/x-www-form-urlencoded.',
      });
    }
    const fields = await formFields(context);
    const result = schema().safeParse(fields);
    if (!result.success) throw validationFailed(result.error.issues, fields);
    context.req.addValidatedData('json', result.data as object);
    await next();
  };
}

function isForm(context: Context): boolean {
  return /^application\/x-www-form-urlencoded *(;|$)/i.test(context.req.header('Content-Type') ?? '');
}
