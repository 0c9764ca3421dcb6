// Logging in, as the OpenAPI document describes it.

import { describe, type Feature } from '../../build/openapi/describe.ts';
import { tags } from '../../build/openapi/tags.ts';
import {
  AccessTokenResponse,
  issued,
  issuedAccess,
  TokenResponse,
} from '../../build/openapi/token-response.ts';
import { login } from './login.ts';
import { exampleAssertion } from './passkey-openapi.ts';
import { reauthenticate } from './reauthenticate.ts';
import { loginSecondFactor } from './second-factor.ts';

export const signIn: Feature = {
  tag: tags.sessions,
  schemas: {
    Credentials: login.body(),
    SecondFactor: loginSecondFactor.body(),
    Reauthentication: reauthenticate.body(),
    TokenResponse,
    AccessTokenResponse,
  },
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
        'started; `refresh-superseded` if that has been refreshed or ended since. Who has a second factor sends `totp` or ' +
        '`recovery_code` with the password, or gets `second-factor-required` and goes on with its `auth_session`; ' +
        'until the sign-in is finished, each of these counts as a try. `account-disabled` comes to whoever has shown all that the account ' +
        'owes, at every way of signing in, and to nobody else.',
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
          secondFactor: {
            email: 'ada@example.com',
            password: 'replace me with words of your own',
            totp: '492039',
          },
        },
      },
      answers: { 200: issued('A session has begun.') },
      problems: [
        'invalid-credentials',
        'email-not-verified',
        'second-factor-required',
        'invalid-second-factor',
        'account-disabled',
        'cross-site-request',
        'refresh-superseded',
        'too-many-requests',
      ],
    }),
    describe(loginSecondFactor, {
      id: 'loginSecondFactor',
      summary: 'Finish a login with a second factor',
      description:
        'The second step of a sign-in that was answered with `second-factor-required`. The session is as the first step ' +
        'asked for it: in the body or in cookies, by the name of the device, and bound to the key that was shown there, ' +
        'whose proof has to come again. An `auth_session` is good for five minutes and five codes, and void once the ' +
        'password or a factor changes (`invalid-token`: begin anew).',
      body: {
        examples: {
          code: { auth_session: 'kq0BzWwfJ4jVqD1sZ0Y…', totp: '492039' },
          recovery: { auth_session: 'kq0BzWwfJ4jVqD1sZ0Y…', recovery_code: '7K3QX-M09ZD' },
          passkey: { auth_session: 'kq0BzWwfJ4jVqD1sZ0Y…', passkey: exampleAssertion },
        },
      },
      answers: { 200: issued('A session has begun.') },
      problems: [
        'invalid-token',
        'passkey-not-accepted',
        'invalid-second-factor',
        'account-disabled',
        'device-key-required',
        'device-key-mismatch',
        'cross-site-request',
        'refresh-superseded',
        'too-many-requests',
      ],
    }),
    describe(reauthenticate, {
      id: 'reauthenticate',
      summary: 'Show once more who you are',
      description:
        'For what takes a recent sign-in (`recent-sign-in-required`, whose `methods` says what is accepted). Answers with an ' +
        'access token whose `auth_time` is now; tokens that were issued before are no more recent than they were. The refresh ' +
        'token stays as it is. Tries are counted within the session. Answered the way that the caller came: in a cookie ' +
        'to a cookie. Who has a second factor shows both: `second-factor-required` says so, and has renewed nothing. `provider`: ' +
        'with an ID token for a nonce of `POST /api/auth/nonce`, of an identity that opens this account. `email-code`: with a code of ' +
        '`POST /api/auth/email-code` for the address of this account; it is spent once the session is renewed.',
      body: {
        examples: {
          password: { method: 'password', password: 'replace me with words of your own' },
          secondFactor: { method: 'password', password: 'replace me with words of your own', totp: '492039' },
          passkey: { method: 'passkey', credential: exampleAssertion },
          provider: {
            method: 'provider',
            provider: 'google',
            id_token: 'eyJhbGciOiJSUzI1NiIsImtpZCI6Ij…',
            nonce: 'kq0BzWwfJ4jVqD1sZ0Y…',
          },
          emailCode: { method: 'email-code', request: 'kq0BzWwfJ4jVqD1sZ0Y…', code: '40718263' },
        },
      },
      answers: { 200: issuedAccess('The session is recent.') },
      problems: [
        'account-is-guest',
        'invalid-credentials',
        'invalid-code',
        'invalid-token',
        'passkey-not-accepted',
        'id-token-not-accepted',
        'way-not-enabled',
        'second-factor-required',
        'invalid-second-factor',
        'too-many-requests',
      ],
    }),
  ],
};
