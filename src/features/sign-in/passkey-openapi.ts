// Signing in with a passkey, as the OpenAPI document describes it.

import * as z from 'zod/mini';
import { describe, type Feature, noted, said } from '../../build/openapi/describe.ts';
import { tags } from '../../build/openapi/tags.ts';
import { issued } from '../../build/openapi/token-response.ts';
import { passkeyChallengeSeconds } from '../../lifetimes.ts';
import { passkey } from './passkey.ts';
import { passkeyOptions } from './passkey-options.ts';

const PasskeyRequestOptions = noted(
  z.object({
    challenge: said('Base64url. Good for five minutes, and for one answer.'),
    timeout: noted(z.int(), { description: 'Milliseconds.' }),
    rpId: said('The domain that the passkeys are for.'),
    allowCredentials: noted(z.array(z.object({})), {
      description: 'Always empty: the device shows the passkeys that it has.',
    }),
    userVerification: z.literal('preferred'),
  }),
  {
    description:
      'A `PublicKeyCredentialRequestOptionsJSON`, as `navigator.credentials.get`, Android and iOS take it.',
  },
);

export const exampleAssertion = {
  id: 'mMxeZ1ZQGe0qxkFvKzE5ng',
  rawId: 'mMxeZ1ZQGe0qxkFvKzE5ng',
  type: 'public-key',
  response: {
    clientDataJSON: 'eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoi',
    authenticatorData: 'SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MdAAAAAA',
    signature: 'MEUCIQDxK3sHc1u2gk7cTn0wPz0a',
  },
};

export const passkeySignIn: Feature = {
  tag: tags.sessions,
  schemas: { PasskeyRequestOptions, PasskeySignIn: passkey.body() },
  operations: [
    describe(passkeyOptions, {
      id: 'passkeyOptions',
      summary: 'Ask for a passkey',
      description:
        'What the platform takes to ask its user for a passkey, at a sign-in or for `reauthenticate`. With the ' +
        '`auth_session` of a sign-in that owes a second factor, for that one.',
      body: { examples: { signIn: {}, secondFactor: { auth_session: 'kq0BzWwfJ4jVqD1sZ0Y…' } } },
      answers: {
        200: {
          description: 'The options.',
          headers: ['Cache-Control'],
          content: {
            schema: PasskeyRequestOptions,
            examples: {
              options: {
                challenge: 'T0FqS3g0d0pDbGV6bVZ0VQ',
                timeout: passkeyChallengeSeconds * 1000,
                rpId: 'app.example.com',
                allowCredentials: [],
                userVerification: 'preferred',
              },
            },
          },
        },
      },
      problems: ['invalid-token', 'too-many-requests'],
    }),
    describe(passkey, {
      id: 'signInWithPasskey',
      summary: 'Sign in with a passkey',
      description:
        'The answer of the platform for a session. Padding of base64url is taken, and members that are not named here are ' +
        'ignored. With user verification it is two factors (`aal2`); without, an account that has a second factor owes ' +
        'it: `second-factor-required`. What is wrong with the passkey is in `detail`; where nobody has it, ' +
        '`unknown_credential` is for the device.',
      body: { examples: { passkey: { credential: exampleAssertion, device_name: 'Ada’s phone' } } },
      answers: { 200: issued('A session has begun.') },
      problems: [
        'passkey-not-accepted',
        'second-factor-required',
        'account-disabled',
        'cross-site-request',
        'refresh-superseded',
        'too-many-requests',
      ],
    }),
  ],
};
