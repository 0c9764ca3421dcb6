// Signing in by an identity provider, as the OpenAPI document describes it.

import { describe, type Feature } from '../../build/openapi/describe.ts';
import { tags } from '../../build/openapi/tags.ts';
import { issued } from '../../build/openapi/token-response.ts';
import { loginProvider } from './provider.ts';

export const providerSignIn: Feature = {
  tag: tags.sessions,
  schemas: { ProviderSignIn: loginProvider.body() },
  operations: [
    describe(loginProvider, {
      id: 'signInWithProvider',
      summary: 'Sign in with Apple, Google or another OpenID issuer',
      description:
        'An ID token, as the platform’s SDK hands it to the app, for a session; `provider` is a name of `IDENTITY_PROVIDERS`. The nonce ' +
        'of `POST /api/auth/nonce` is in the token as it is or as its SHA-256 in hexadecimal. An ID token signs in once; a refusal ' +
        'spends neither it nor the nonce. The account is the one that the identity has joined; the one that has proven the ' +
        'address, where the provider has authority over that; or a new one. `409 identity-taken` where the address is another ' +
        'account’s: sign in to that, and add the identity there. With the access token of a guest the guest’s account becomes this ' +
        'person’s, with the same id. `authorization_code` is Apple’s; `name` is used where the account has none.',
      body: {
        examples: {
          google: { id_token: 'eyJhbGciOiJSUzI1NiIsImtpZCI6I…', nonce: 'kq0BzWwfJ4jVqD1sZ0Y…' },
          apple: {
            id_token: 'eyJraWQiOiJZdXlYb1kiLCJhbGciO…',
            nonce: 'kq0BzWwfJ4jVqD1sZ0Y…',
            authorization_code: 'c1f2b6a0e8d94…',
            name: 'Ada Lovelace',
            device_name: 'Ada’s phone',
          },
        },
      },
      answers: { 200: issued('A session has begun.') },
      problems: [
        'id-token-not-accepted',
        'identity-taken',
        'too-many-identities',
        'way-not-enabled',
        'not-found',
        'second-factor-required',
        'invalid-second-factor',
        'account-disabled',
        'sign-up-closed',
        'session-ended',
        'cross-site-request',
        'refresh-superseded',
        'too-many-requests',
      ],
    }),
  ],
};
