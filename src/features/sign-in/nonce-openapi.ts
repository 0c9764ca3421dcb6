// Asking for a nonce, as the OpenAPI document describes it.

import * as z from 'zod/mini';
import { describe, type Feature, noted, said } from '../../build/openapi/describe.ts';
import { tags } from '../../build/openapi/tags.ts';
import { signInNonceSeconds } from '../../lifetimes.ts';
import { nonce } from './nonce.ts';

const Nonce = z.object({
  nonce: said('Base64url. Good for one ID token.'),
  expires_in: noted(z.int(), { description: 'Seconds for which it is good.' }),
});

export const providerNonce: Feature = {
  tag: tags.sessions,
  schemas: { Nonce },
  operations: [
    describe(nonce, {
      id: 'nonce',
      summary: 'Ask for a nonce',
      description:
        'What the provider’s SDK is to put into the ID token: the nonce as it is, or the lower-case hexadecimal digits of its ' +
        'SHA-256. With the digest, send the nonce beside the ID token.',
      answers: {
        200: {
          description: 'The nonce.',
          headers: ['Cache-Control'],
          content: {
            schema: Nonce,
            examples: {
              nonce: { nonce: 'kq0BzWwfJ4jVqD1sZ0YT0FqS3g0d0pDbGV6bVZ0VQ', expires_in: signInNonceSeconds },
            },
          },
        },
      },
      problems: ['way-not-enabled', 'too-many-requests'],
    }),
  ],
};
