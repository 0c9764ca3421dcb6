// Problem documents (RFC 9457): the only place that writes application/problem+json.

import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Dependencies, Variables } from '../context.ts';
import { isRefusal, refusalIn } from '../passwords/refusal.ts';
import { Problem } from '../problems.ts';
import { en } from '../words/en.ts';
import { type Language, languageAccepted } from '../words/languages.ts';
import type { Words } from '../words/words.ts';
import { challengeOf } from './challenge.ts';

/** An unexpected error becomes `internal-error`. Its message goes to the log and not to the client. */
export async function problemResponse(
  error: unknown,
  context: Context<{ Variables: Variables }>,
  { config, log, speechIn }: Pick<Dependencies, 'config' | 'log' | 'speechIn'>,
): Promise<Response> {
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
  const { language, words } = await speechIn(languageAccepted(context.req.header('Accept-Language')));
  const { body, status, headers } = writeProblem(problem, {
    language,
    words,
    minimumLength: config.passwordMinimumLength,
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
    language = 'en',
    words = en,
    minimumLength = 0,
    issuer = '',
    requestId,
    path = '',
    challenge,
  }: {
    /** Of what a person may be shown: the title, and why a password is refused. The rest is for developers. */
    readonly language?: Language;
    readonly words?: Words;
    /** Of passwords. */
    readonly minimumLength?: number;
    readonly issuer?: string;
    readonly requestId?: string;
    readonly path?: string;
    readonly challenge?: string | undefined;
  } = {},
): Response {
  const { headers, members, retryAfterSeconds } = problem.details;
  const { detail, errors } = explained(problem, words, minimumLength);
  const body = {
    type: `${issuer}/problems/${problem.problem}`,
    title: words.problems[problem.problem],
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
      'Content-Language': language,
      'Cache-Control': 'no-store',
      ...(challenge !== undefined && { 'WWW-Authenticate': challenge }),
      ...(retryAfterSeconds !== undefined && { 'Retry-After': String(retryAfterSeconds) }),
      ...headers,
    },
  });
}

/** Why a password is refused, in these words. */
export function explained({ details: { detail, errors } }: Problem, words: Words, minimumLength: number) {
  const said = errors?.map((error) =>
    isRefusal(error.reason, words)
      ? { ...error, detail: refusalIn(words, error.reason, minimumLength) }
      : error,
  );
  const isOfOne = errors?.length === 1 && errors[0]?.detail === detail;
  return { detail: isOfOne ? said?.[0]?.detail : detail, errors: said };
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
  return { error, error_description: en.problems[problem.problem] };
}

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  // Hono's validator throws it for a body that is not JSON.
  if (error instanceof HTTPException && error.status === 400) return new Problem('malformed-body');
  return new Problem('internal-error', { cause: error });
}
