// Refreshing and logging out, as the OpenAPI document describes them.

import { describe, type Feature } from '../../build/openapi/describe.ts';
import { refreshing } from '../../build/openapi/refreshing.ts';
import { tags } from '../../build/openapi/tags.ts';
import { issued, tokens } from '../../build/openapi/token-response.ts';
import { logout } from './logout.ts';
import { refresh } from './refresh.ts';

const { refresh_token } = tokens;

export const sessions: Feature = {
  tag: tags.sessions,
  schemas: { Refresh: refresh.body(), Logout: logout.body() },
  operations: [
    describe(refresh, {
      id: 'refresh',
      summary: 'Refresh',
      description: refreshing.trim(),
      parameters: ['Idempotency-Key'],
      body: { examples: { app: { refresh_token }, browser: {} }, optional: true },
      answers: { 200: issued('The successor: the token that was presented is spent.') },
      problems: [
        'invalid-refresh-token',
        'refresh-superseded',
        'refresh-token-reused',
        'session-ended',
        'device-key-required',
        'device-key-mismatch',
      ],
    }),
    describe(logout, {
      id: 'logout',
      summary: 'Log out',
      description:
        'Ends the session of the refresh token in the body, of the access token in `Authorization`, or of the cookie, ' +
        'whichever is there first. Safe to repeat: a session that is over already is what was asked for.',
      body: { examples: { app: { refresh_token }, browser: {} }, optional: true },
      answers: { 204: { description: 'That session is over.', headers: ['Set-Cookie?'] } },
      problems: ['invalid-access-token', 'invalid-refresh-token'],
    }),
  ],
};
