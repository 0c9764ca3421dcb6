// Request bodies of JSON: parsed, and checked by the endpoint's schema.

import { zValidator } from '@hono/zod-validator';
import type { MiddlewareHandler } from 'hono';
import type * as z from 'zod/mini';
import { Problem } from '../problems.ts';

/**
 * Parses and checks the body; the handler gets it at `context.req.valid('json')`. No body is an empty object, so that
 * an endpoint whose fields are all optional can be called without one.
 *
 * @throws Problem `unsupported-media-type`, `malformed-body`, or `validation-failed` with a JSON Pointer for each
 *   field.
 */
export function jsonBody(schema: () => z.ZodMiniType): MiddlewareHandler {
  let validate: MiddlewareHandler | undefined;
  return async (context, next) => {
    const isJson = /^application\/([\w.-]+\+)?json *(;|$)/i.test(context.req.header('Content-Type') ?? '');
    // Whether there is a body is only known once it is read: in workerd a request without one has an empty stream.
    if (!isJson && (await context.req.arrayBuffer()).byteLength > 0)
      throw new Problem('unsupported-media-type');
    validate ??= zValidator('json', schema(), (result) => {
      if (!result.success) throw validationFailed(result.error.issues, result.data);
    });
    return validate(context, next);
  };
}

type Issue = z.core.$ZodIssue;

export function validationFailed(issues: readonly Issue[], body: unknown): Problem {
  // The first issue of each field: zod goes on, and what is no string may be called too short as well.
  const details = new Map<string, string>();
  for (const issue of issues) {
    const pointer = pointerTo(issue.path);
    if (!details.has(pointer)) details.set(pointer, detailOf(issue, body));
  }
  return new Problem('validation-failed', {
    errors: [...details].map(([pointer, detail]) => ({ pointer, detail })),
  });
}

/** RFC 6901, section 3. */
function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** zod's own messages are a locale file, which a cold start would have to parse. */
function detailOf(issue: Issue, body: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return valueAt(body, issue.path) === undefined ? 'is required' : `must be of type ${issue.expected}`;
    case 'too_small':
      return issue.origin === 'string'
        ? `must have at least ${issue.minimum} characters`
        : `must be at least ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'string'
        ? `must have at most ${issue.maximum} characters`
        : `must be at most ${issue.maximum}`;
    case 'invalid_value':
      return `must be one of: ${issue.values.join(', ')}`;
    case 'custom':
      return issue.message;
    default:
      return 'is not of the right form';
  }
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    body,
  );
}
