// Logging in, refreshing and logging out, as the document describes them.

import * as z from 'zod/mini';
import { Logout } from '../../features/sessions/logout.ts';
import { Refresh } from '../../features/sessions/refresh.ts';
import { Credentials } from '../../features/sign-in/login.ts';
import { count, exampleId, type Feature, id, noted, said } from './describe.ts';

export const TokenResponse = noted(
  z.object({
    token_type: said('`Bearer`.'),
    access_token: z.optional(
      said('For `Authorization: Bearer …`. With cookie delivery it is in a cookie instead.'),
    ),
    expires_in: count('Seconds that the access token is good for.'),
    refresh_token: z.optional(
      said('For one call of `refresh`. With cookie delivery it is in a cookie instead.'),
    ),
    refresh_expires_in: count(
      'Seconds until the user has to log in again, unless the session is refreshed before.',
    ),
    session_id: id(),
    known_device: z.optional(
      said(
        'At a sign-in: keep it beside the tokens and after them, and send it with each later sign-in of this device.',
      ),
    ),
  }),
  { description: 'RFC 6749, section 5.1, and what an app wants to know beside it.' },
);

export const tokens = {
  token_type: 'Bearer',
  access_token: 'eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCJ9.…',
  expires_in: 900,
  refresh_token: 'eyJhbGciOiJSUzI1NiIsInR5cCI6InJ0K2p3dCJ9.…',
  refresh_expires_in: 2592000,
  session_id: exampleId,
};
const { access_token, refresh_token, ...inCookies } = tokens;

export const issued = (description: string) => ({
  description,
  headers: ['Cache-Control', 'Set-Cookie?'],
  content: { schema: TokenResponse, examples: { inTheBody: tokens, inCookies } },
});

/** The flow that an app has to follow, in the words that its developer reads. */
export const refreshing = `
A refresh token is used once: each call spends the newest one and answers with its successor. Whoever presents one that
was spent before looks like a thief, and the session ends. So that a lost answer logs nobody out:

1. With each token response make a random \`Idempotency-Key\`, and **store it beside the tokens, in one write**: it is the
   key of the call that will spend them, a refresh or a \`change-password\`.
2. Call. On \`200\`, store the new tokens and a new key in place of the old.
3. No answer, a timeout, a \`5xx\`, a \`429\`: **keep tokens and key**, wait (\`Retry-After\`, or a growing pause), and
   repeat the call with the same token and the same key. Within 24 hours the answer is the same successor, also after the
   app was killed meanwhile. Nobody gets it without the key. For a client that never sends keys a repeat is answered for 30
   seconds; a session in which a key was used once is repeated by its keys alone.
4. \`409 refresh-superseded\`: within the last 30 seconds another call with another key spent this token. No tokens come
   with it, and nothing has ended: read the store again, another process has written to it.
5. A problem with \`discard_credentials: true\`: forget the tokens and show the login; \`reason\` says why the session is
   over. In every other case keep them: \`retryable\` says whether the same call may succeed later.

Let one refresh run at a time and have other calls wait for it. Refresh shortly before \`expires_in\` is over, and once when
a call answers \`401 invalid-access-token\`.`;

export const sessions: Feature = {
  tag: {
    name: 'Sessions',
    description: `Logging in, refreshing and logging out.\n${refreshing}`,
  },
  schemas: { Credentials, Refresh, Logout, TokenResponse },
  operations: {
    'POST /api/auth/login': {
      id: 'login',
      summary: 'Log in',
      description:
        'A password for a session. A wrong password and an unknown address are the same answer. After some wrong ones ' +
        'whatever comes is wrong for a while, and after a hundred until the password is reset; a device that brings its ' +
        '`known_device` is counted apart. `token_delivery` is `body` for apps. A browser asks for `cookie`: then no ' +
        'script sees a token, and calls that change something must come from an allowed `Origin`. No answer? The same ' +
        'call with the same `Idempotency-Key` within ten minutes is no other try, and gets the session that the first one ' +
        'started; `refresh-superseded` if that has been refreshed or ended since.',
      access: 'anybody',
      parameters: ['Idempotency-Key'],
      body: {
        schema: Credentials,
        examples: {
          app: {
            email: 'ada@example.com',
            password: 'replace me with words of your own',
            device_name: 'Ada’s phone',
            known_device: 'T0FqS3g0d0pDbGV6bVZ0VQ…',
          },
          browser: {
            email: 'ada@example.com',
            password: 'replace me with words of your own',
            token_delivery: 'cookie',
          },
        },
      },
      answers: { 200: issued('A session has begun.') },
      problems: [
        'invalid-credentials',
        'email-not-verified',
        'cross-site-request',
        'refresh-superseded',
        'too-many-requests',
      ],
    },
    'POST /api/auth/refresh': {
      id: 'refresh',
      summary: 'Refresh',
      description: refreshing.trim(),
      access: 'refresh-token',
      parameters: ['Idempotency-Key'],
      body: { schema: Refresh, examples: { app: { refresh_token }, browser: {} }, optional: true },
      answers: { 200: issued('The successor: the token that was presented is spent.') },
      problems: ['invalid-refresh-token', 'refresh-superseded', 'refresh-token-reused', 'session-ended'],
    },
    'POST /api/auth/logout': {
      id: 'logout',
      summary: 'Log out',
      description:
        'Ends the session of the refresh token in the body, of the access token in `Authorization`, or of the cookie, ' +
        'whichever is there first. Safe to repeat: a session that is over already is what was asked for.',
      access: 'any-token',
      body: { schema: Logout, examples: { app: { refresh_token }, browser: {} }, optional: true },
      answers: { 204: { description: 'That session is over.', headers: ['Set-Cookie?'] } },
      problems: ['invalid-access-token', 'invalid-refresh-token'],
    },
  },
};
