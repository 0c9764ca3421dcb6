// Identities of the account, as the OpenAPI document describes them.

import { describe, exampleId, exampleTime, type Feature } from '../../build/openapi/describe.ts';
import { Identity } from '../../build/openapi/identity.ts';
import { tags } from '../../build/openapi/tags.ts';
import type { OwnIdentity } from '../../sessions/own-identities.ts';
import { addIdentity } from './add.ts';
import { removeIdentity } from './remove.ts';

const google: OwnIdentity = {
  id: exampleId,
  provider: 'google',
  created_at: exampleTime,
  last_used_at: null,
};

export const identities: Feature = {
  tag: tags.providers,
  schemas: { Identity, NewIdentity: addIdentity.body() },
  operations: [
    describe(addIdentity, {
      id: 'addIdentity',
      pathParameter: 'identity',
      summary: 'Let an account with a provider open this one',
      description:
        'With the ID token that the provider’s SDK gave to the app, for a nonce of `POST /api/auth/nonce`. From then on it signs ' +
        'in by `POST /api/auth/login/{provider}`, whatever addresses the two accounts have. The owner gets a mail, whose link ' +
        'undoes it. One that is there already is answered as it is. An ID token is good for one call; a refusal does not ' +
        'use it up. `detail` of `id-token-not-accepted` says what is wrong, for the developer of the app. `identity-taken`: it ' +
        'opens another account, or did until a few days ago. The account has 20 at most.',
      body: {
        examples: {
          google: { id_token: 'eyJhbGciOiJSUzI1NiIsImtpZCI6Ij…', nonce: 'kq0BzWwfJ4jVqD1sZ0Y…' },
          apple: {
            id_token: 'eyJhbGciOiJSUzI1NiIsImtpZCI6Ij…',
            nonce: 'kq0BzWwfJ4jVqD1sZ0Y…',
            authorization_code: 'c1f0a2…',
          },
        },
      },
      answers: {
        201: {
          description: 'The identity.',
          headers: ['Cache-Control'],
          content: { schema: Identity, examples: { google } },
        },
      },
      problems: [
        'sign-up-closed',
        'id-token-not-accepted',
        'way-not-enabled',
        'identity-taken',
        'too-many-identities',
        'not-found',
        'method-not-allowed',
      ],
    }),
    describe(removeIdentity, {
      id: 'deleteIdentity',
      pathParameter: 'identity',
      summary: 'Remove an account with a provider',
      description:
        'It opens this account no more. The owner gets a mail, whose link undoes it for a week; until then no other ' +
        'account can have it. `GET /api/users/me` lists them. The last way to sign in stays. A provider’s name is no id: `405`.',
      answers: { 204: { description: 'Gone.' } },
      problems: ['not-found', 'last-way-in', 'method-not-allowed'],
    }),
  ],
};
