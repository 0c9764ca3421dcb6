// Problem documents (RFC 9457): the only place that writes application/problem+json.

import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Dependencies, Variables } from '../context.ts';
import { Problem, problems } from '../problems.ts';
import { challengeOf } from './challenge.ts';

/** An unexpected error becomes `internal-error`. Its message goes to the log and not to the client. */
export function problemResponse(
  error: unknown,
  context: Context<{ Variables: Variables }>,
  { config, log }: Pick<Dependencies, 'config' | 'log'>,
): Response {
  const problem = asProblem(error);
  context.set('problem', problem.problem);
  // Why, in words of ours: an operator finds the origin that is missing in the settings.
  if (
    (problem.problem === 'passkey-not-accepted' || problem.problem === 'id-token-not-accepted') &&
    problem.details.detail
  )
    context.set('refusal', problem.details.detail);
  if (problem.status >= 500) {
    const cause = problem.details.cause;
    log('error', problem.problem, {
      request_id: context.get('requestId'),
      cause: cause instanceof Error ? (cause.stack ?? cause.message) : cause,
    });
  }
  const { body, status, headers } = writeProblem(problem, {
    issuer: config.issuer,
    requestId: context.get('requestId'),
    path: context.req.path,
    challenge: challengeOf(problem, context),
  });
  // Through the context, for the headers that were set on it: cleared cookies.
  return context.newResponse(body, status as Problem['status'], Object.fromEntries(headers));
}

/** By itself for problems before there is an app: they have no `issuer` and no request. */
export function writeProblem(
  problem: Problem,
  {
    issuer = '',
    requestId,
    path = '',
    challenge,
  }: {
    readonly issuer?: string;
    readonly requestId?: string;
    readonly path?: string;
    readonly challenge?: string | undefined;
  } = {},
): Response {
  const { detail, errors, headers, members, retryAfterSeconds } = problem.details;
  const body = {
    type: `${issuer}/problems/${problem.problem}`,
    title: problems[problem.problem].title,
    status: problem.status,
    detail,
    instance: requestId && `urn:uuid:${requestId}`,
    errors,
    retryable: problem.retryable,
    discard_credentials: problem.discardCredentials,
    ...(path.startsWith('/oauth/') && oauthMembers(problem)),
    ...members,
  };
  return new Response(JSON.stringify(body), {
    status: problem.status,
    headers: {
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      ...(challenge !== undefined && { 'WWW-Authenticate': challenge }),
      ...(retryAfterSeconds !== undefined && { 'Retry-After': String(retryAfterSeconds) }),
      ...headers,
    },
  });
}

/**
 * The members that an OAuth client reads. Some look for `error` whatever the status is, and take a document without
 * it for tokens (Expo). The names are those of RFC 6749, section 4.1.2.1, where section 5.2 has none. Never
 * `invalid_grant`, since clients then ask people to sign in again.
 */
function oauthMembers(problem: Problem): { readonly error: string; readonly error_description: string } {
  const error =
    problem.status === 500
      ? 'server_error'
      : problem.retryable
        ? 'temporarily_unavailable'
        : 'invalid_request';
  return { error, error_description: problems[problem.problem].title };
}

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  // Hono's validator throws it for a body that is not JSON.
  if (error instanceof HTTPException && error.status === 400) return new Problem('malformed-body');
  return new Problem('internal-error', { cause: error });
}
