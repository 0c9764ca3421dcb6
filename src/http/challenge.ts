// The `WWW-Authenticate` challenges of access tokens (RFC 6750, section 3; RFC 9449, section 7.1; RFC 9470, section
// 3). The floors below
// know no HTTP and throw problems without headers; the challenge is added where a problem is answered.

import type { Context } from 'hono';
import type { Variables } from '../context.ts';
import type { Problem } from '../problems.ts';
import { proofAlgorithm } from '../tokens/dpop.ts';
import { type Shortfall, stepUpError } from '../tokens/step-up.ts';

/** Undefined where no access token is asked for, as at a login or a refresh. */
export function challengeOf(
  { problem, status, details }: Problem,
  context: Context<{ Variables: Variables }>,
): string | undefined {
  // RFC 6750, section 3.1: a request without credentials gets no error code.
  if (problem === 'invalid-access-token')
    return context.get('refusal') === undefined
      ? `Bearer, DPoP ${algorithms}`
      : challenge(context, 'error="invalid_token"');
  if (status !== 401) return undefined;
  switch (problem) {
    // RFC 9449, sections 7.1 and 9.
    case 'invalid-dpop-proof':
      return challenge(context, 'error="invalid_dpop_proof"');
    case 'use-dpop-nonce':
      return challenge(context, 'error="use_dpop_nonce"');
    case 'device-key-mismatch':
      return challenge(context, 'error="invalid_token"');
  }
  if (context.get('access') === undefined) return undefined;
  switch (problem) {
    case 'session-ended':
      return challenge(context, 'error="invalid_token"');
    case 'recent-sign-in-required':
      return challenge(context, stepUpError(details.members as Shortfall));
    // RFC 9110, section 15.5.2: every 401 has a challenge. The token is good, the password in the body is not.
    case 'invalid-credentials':
      return challenge(context);
    default:
      return undefined;
  }
}

const algorithms = `algs="${proofAlgorithm}"`;

function challenge(context: Context<{ Variables: Variables }>, error?: string): string {
  const parameters = [...(error ? [error] : []), ...(context.get('isBound') ? [algorithms] : [])];
  return [context.get('isBound') ? 'DPoP' : 'Bearer', parameters.join(', ')].filter(Boolean).join(' ');
}
