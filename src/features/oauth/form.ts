// /oauth/* for standard OAuth clients: a form in, errors of RFC 6749, section 5.2, out. Errors that no client can
// mend (503, 429, 500) are problem documents, as everywhere else, with a member `error`.

import type { Context } from 'hono';
import { retryAfterSeconds } from '../../bounds.ts';
import type { Dependencies, Variables } from '../../context.ts';
import { writeProblem } from '../../http/problem-response.ts';
import { Problem, type ProblemName } from '../../problems.ts';
import { en } from '../../words/en.ts';

type OAuthContext = Context<{ Variables: Variables }>;

export type Parameters = {
  /** @throws OAuthError `invalid_request` when the parameter is missing. */
  required(name: string): string;
  optional(name: string): string | undefined;
};

type ErrorCode =
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_request'
  | 'invalid_scope'
  | 'unsupported_grant_type'
  /** RFC 9449, sections 5 and 8. */
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce';

/** An error of RFC 6749, section 5.2. The description is for developers. */
export class OAuthError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, description: string) {
    super(description);
    this.name = 'OAuthError';
    this.code = code;
  }
}

/** An endpoint for public clients (RFC 6749, section 2.1): `client_id` is optional, and there is no secret. */
export function oauthEndpoint(
  { config }: Pick<Dependencies, 'config'>,
  handle: (context: OAuthContext, parameters: Parameters) => Promise<Response>,
): (call: { readonly context: OAuthContext }) => Promise<Response> {
  return async ({ context }) => {
    try {
      // Section 5.2: a client that authenticated by this header gets a 401 with the matching challenge.
      const { authorization } = context.req.header();
      if (/^Basic /i.test(authorization ?? '') && !hasEmptySecret(authorization, config.clientId)) {
        context.header('WWW-Authenticate', 'Basic');
        return errorResponse(context, new OAuthError('invalid_client', 'This client has no secret.'), 401);
      }
      const parameters = await readForm(context);
      const clientId = parameters.optional('client_id');
      if (clientId !== undefined && clientId !== config.clientId) {
        throw new OAuthError('invalid_client', 'There is no such client.');
      }
      return await handle(context, parameters);
    } catch (error) {
      // The log has the problem's own name, whatever OAuth error it becomes.
      if (error instanceof Problem) context.set('problem', error.problem);
      const nonce = error instanceof Problem && error.details.headers?.['DPoP-Nonce'];
      if (nonce) context.header('DPoP-Nonce', nonce);
      if (error instanceof Problem && isTemporary(error))
        return temporarilyUnavailable(context, error, config.issuer);
      return errorResponse(context, asOAuthError(error), 400);
    }
  };
}

/**
 * The client id with an empty secret (section 2.3.1), as libraries send it that know no public clients. It
 * authenticates nobody, and nobody has to.
 */
function hasEmptySecret(authorization = '', clientId: string): boolean {
  try {
    const decoded = atob(authorization.slice('Basic '.length).trim());
    const text = new TextDecoder().decode(Uint8Array.from(decoded, (character) => character.charCodeAt(0)));
    // Section 2.3.1 form-encodes id and secret; many libraries do not.
    return [clientId, encodeURIComponent(clientId)].some((id) => text === `${id}:`);
  } catch {
    return false; // no base64
  }
}

async function readForm(context: OAuthContext): Promise<Parameters> {
  if (!/^application\/x-www-form-urlencoded *(;|$)/i.test(context.req.header('Content-Type') ?? '')) {
    throw new OAuthError('invalid_request', 'The body must be application/x-www-form-urlencoded.');
  }
  const form = new URLSearchParams(new TextDecoder().decode(await context.req.arrayBuffer()));
  // "Parameters sent without a value MUST be treated as if they were omitted" (section 3.2).
  const optional = (name: string) => form.get(name) || undefined;
  // "Request and response parameters MUST NOT be included more than once" (section 3.2).
  if (new Set(form.keys()).size < form.size)
    throw new OAuthError('invalid_request', 'A parameter is there more than once.');
  return {
    optional,
    required(name) {
      const value = optional(name);
      if (value === undefined) throw new OAuthError('invalid_request', `The parameter ${name} is missing.`);
      return value;
    },
  };
}

/** @throws the error itself, where neither another request nor other tokens would mend it. */
function asOAuthError(error: unknown): OAuthError {
  if (error instanceof OAuthError) return error;
  if (!(error instanceof Problem)) throw error;
  // Clients take `invalid_grant` for "sign in again", so it is only for problems that mean that.
  if (error.discardCredentials) return new OAuthError('invalid_grant', en.problems[error.problem]);
  const code = proofErrors[error.problem];
  if (code) return new OAuthError(code, en.problems[error.problem]);
  if (error.problem !== 'validation-failed') throw error;
  const [{ pointer, detail } = { pointer: '', detail: '' }] = error.details.errors ?? [];
  return new OAuthError('invalid_request', `${pointer.slice(1)} ${detail}.`);
}

/** RFC 9449 has no error of its own for a proof that is missing, or by another key. */
const proofErrors: Readonly<Partial<Record<ProblemName, ErrorCode>>> = {
  'invalid-dpop-proof': 'invalid_dpop_proof',
  'use-dpop-nonce': 'use_dpop_nonce',
  'device-key-required': 'invalid_dpop_proof',
  'device-key-mismatch': 'invalid_dpop_proof',
};

/** A temporary problem: the tokens stay good, whatever status /api/auth/refresh has for it. */
function isTemporary({ problem, discardCredentials }: Problem): boolean {
  return problem === 'refresh-superseded' || (problem === 'invalid-refresh-token' && !discardCredentials);
}

/** `503`, since AppAuth for iOS drops the tokens at any `error` with a 4xx. */
function temporarilyUnavailable(context: OAuthContext, { problem }: Problem, issuer: string): Response {
  const members = { error: 'temporarily_unavailable', error_description: temporaryReasons[problem] ?? '' };
  const unavailable = new Problem('service-unavailable', { retryAfterSeconds, members });
  const response = writeProblem(unavailable, { issuer, requestId: context.get('requestId') });
  return context.newResponse(response.body, 503, Object.fromEntries(response.headers));
}

const temporaryReasons: Readonly<Partial<Record<ProblemName, string>>> = {
  'refresh-superseded':
    'The token was spent by another call, which has its successor: read your store again.',
  'invalid-refresh-token': 'The token cannot be checked at the moment: keep it and try again.',
};

function errorResponse(context: OAuthContext, { code, message }: OAuthError, status: 400 | 401): Response {
  if (!context.get('problem')) context.set('problem', code);
  context.header('Cache-Control', 'no-store');
  context.header('Pragma', 'no-cache');
  return context.json({ error: code, error_description: message }, status);
}
