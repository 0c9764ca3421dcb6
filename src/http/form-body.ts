// Request bodies that are forms: parsed, and checked by the endpoint's schema.

import type { Context, MiddlewareHandler } from 'hono';
import type * as z from 'zod/mini';
import { Problem } from '../problems.ts';
import { validationFailed } from './json-body.ts';

/** The fields of the form, the last of each name; empty where there is no form. */
export async function formFields(context: Context): Promise<Record<string, string>> {
  // This media type has no files.
  return isForm(context) ? ((await context.req.parseBody()) as Record<string, string>) : {};
}

/**
 * Parses and checks the form; the handler gets it like a body of JSON.
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
