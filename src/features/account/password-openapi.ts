// The change of a password, as the OpenAPI document describes it.

import { describe, type Feature } from '../../build/openapi/describe.ts';
import { tags } from '../../build/openapi/tags.ts';
import { issued } from '../../build/openapi/token-response.ts';
import { changePassword } from './change-password.ts';

const next = 'replace me with other words of your own';

export const passwordChange: Feature = {
  tag: tags.mails,
  schemas: { PasswordChange: changePassword.body() },
  operations: [
    describe(changePassword, {
      id: 'changePassword',
      summary: 'Change the password',
      description:
        'Ends every session, the one that calls too, and begins a new one in its place: store its tokens as after a ' +
        'login. So a copy of the old tokens is worth nothing. It ends when the old one would have ended at last. Answered ' +
        'the way that the caller came: in cookies to a cookie. The owner gets a mail.\n\nWith the `Idempotency-Key` that ' +
        'is stored beside the tokens, a lost answer costs nothing: for 24 hours, and until the new session is first ' +
        'refreshed, the same call or a `refresh` of the old newest token, each with that key, answers with the new session. ' +
        'A key that a refresh has spent changes nothing (`409 refresh-superseded`): refresh with it, and then ask again.',
      parameters: ['Idempotency-Key'],
      body: {
        examples: { change: { current_password: 'replace me with words of your own', new_password: next } },
      },
      answers: { 200: issued('Changed: a new session has begun.') },
      problems: [
        'account-is-guest',
        'invalid-credentials',
        'recent-sign-in-required',
        'refresh-superseded',
        'weak-password',
        'device-key-required',
        'device-key-mismatch',
        'too-many-requests',
      ],
    }),
  ],
};
