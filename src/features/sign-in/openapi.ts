// Logging in, as the OpenAPI document describes it.

import { describe, type Feature } from '../../build/openapi/describe.ts';
import { tags } from '../../build/openapi/tags.ts';
import { issued, TokenResponse } from '../../build/openapi/token-response.ts';
import { login } from './login.ts';

export const signIn: Feature = {
  tag: tags.sessions,
  schemas: { Credentials: login.body(), TokenResponse },
  operations: [
    describe(login, {
      id: 'login',
      summary: 'Log in',
      description:
        'A password for a session. A wrong password and an unknown address are the same answer. After some wrong ones ' +
        'whatever comes is wrong for a while, and after a hundred until the password is reset; a device that brings its ' +
        '`known_device` is counted apart. `token_delivery` is `body` for apps. A browser asks for `cookie`: then no ' +
        'script sees a token, and calls that change something must come from an allowed `Origin`. No answer? The same ' +
        'call with the same `Idempotency-Key` within ten minutes is no other try, and gets the session that the first one ' +
        'started; `refresh-superseded` if that has been refreshed or ended since.',
      parameters: ['Idempotency-Key'],
      body: {
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
    }),
  ],
};
