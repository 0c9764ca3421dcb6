// The `WWW-Authenticate` challenges of access tokens (RFC 6750, section 3; RFC 9470, section 3). The floors below
// know no HTTP and throw problems without headers; the challenge is added where a problem is answered.

import type { Context } from 'hono';
import type { Variables } from '../context.ts';
import { recentSignInSeconds } from '../lifetimes.ts';
import type { Problem } from '../problems.ts';

/** Undefined where no access token is asked for, as at a login or a refresh. */
export function challengeOf(
  { problem }: Problem,
  context: Context<{ Variables: Variables }>,
): string | undefined {
  // RFC 6750, section 3.1: a request without credentials gets no error code.
  if (problem === 'invalid-access-token')
    return context.get('refusal') === undefined ? 'Bearer' : 'Bearer error="invalid_token"';
  if (context.get('access') === undefined) return undefined;
  switch (problem) {
    case 'session-ended':
      return 'Bearer error="invalid_token"';
    case 'recent-sign-in-required':
      return `Bearer error="insufficient_user_authentication", max_age="${recentSignInSeconds}"`;
    // RFC 9110, section 15.5.2: every 401 has a challenge. The token is good, the password in the body is not.
    case 'invalid-credentials':
      return 'Bearer';
    default:
      return undefined;
  }
}
