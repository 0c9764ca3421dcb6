// Signing in by a mailed code, as the OpenAPI document describes it.

import { accepted } from '../../build/openapi/accepted.ts';
import { describe, type Feature } from '../../build/openapi/describe.ts';
import { tags } from '../../build/openapi/tags.ts';
import { issued } from '../../build/openapi/token-response.ts';
import { emailCode } from './email-code.ts';
import { requestCode } from './request-code.ts';

export const emailCodeSignIn: Feature = {
  tag: tags.sessions,
  schemas: { SignInCodeRequest: requestCode.body(), SignInCode: emailCode.body() },
  operations: [
    describe(requestCode, {
      id: 'requestSignInCode',
      summary: 'Ask for a code to sign in',
      description:
        'Mails a code, good for 10 minutes, to any address: whoever has no account gets one by using it. The mail has no ' +
        'link, so that nothing but the device that asked is signed in. `resend-verification` sends another one for the ' +
        'same `request`. `locale` is that of a new account, and of the mail to one without; left out, `Accept-Language` says it. The answer is the same for any address.',
      body: { examples: { ada: { email: 'ada@example.com', locale: 'de-CH' } } },
      answers: { 202: accepted('A mail is on its way.') },
      problems: ['too-many-requests'],
    }),
    describe(emailCode, {
      id: 'signInWithEmailCode',
      summary: 'Sign in with a mailed code',
      description:
        'The code, with the `request` that it was mailed for, for a session. Where nobody has proven the address there is a ' +
        'new account, with the given `name`; one that was imported becomes the account of whoever proves it, without a ' +
        'password. Using a code ends every other link and code of the address. A wrong one is `invalid-code` with ' +
        '`attempts_left`; after five the `request` is dead. Who has a second factor sends `totp` or `recovery_code` along, ' +
        'which spends nothing where it is wrong, or gets `second-factor-required` and goes on with its `auth_session`: the ' +
        'mailed code is spent then. The session has no `acr` and no `amr` by the code alone.',
      body: {
        examples: {
          code: { request: 'k3JX…sealed', code: '3141 5926', device_name: 'Ada’s phone' },
          secondFactor: { request: 'k3JX…sealed', code: '3141 5926', totp: '492039' },
        },
      },
      answers: { 200: issued('A session has begun.') },
      problems: [
        'invalid-token',
        'invalid-code',
        'second-factor-required',
        'invalid-second-factor',
        'account-disabled',
        'sign-up-closed',
        'cross-site-request',
        'refresh-superseded',
        'too-many-requests',
      ],
    }),
  ],
};
