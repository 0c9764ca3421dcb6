// Guests, as the OpenAPI document describes them.

import { describe, type Feature } from '../../build/openapi/describe.ts';
import { tags } from '../../build/openapi/tags.ts';
import { issued } from '../../build/openapi/token-response.ts';
import { guest } from './guest.ts';

export const guests: Feature = {
  tag: tags.sessions,
  schemas: { NewGuest: guest.body() },
  operations: [
    describe(guest, {
      id: 'startGuest',
      summary: 'Begin as a guest',
      description:
        'Makes an account without an address, and a session of it, whose access tokens say `guest: true`: the tokens are all ' +
        'that opens it, and whoever loses them has lost it. It stays the same account, with the same `sub`, when it gets a way in ' +
        'with the access token of the guest: an address (`verify-email`, by code), a passkey, or an identity provider. From ' +
        'then on it is no guest’s, and its other sessions end; refresh for a token that says so. Until then a guest may do what ' +
        'takes a recent sign-in at any time, and what takes a password or an address is `account-is-guest`. One whose session was ' +
        'not refreshed for a month is deleted some days later. No answer? The same call with the same `Idempotency-Key` within ' +
        'ten minutes gets the same guest. A network may have some hundred in a day.',
      parameters: ['Idempotency-Key'],
      body: {
        examples: { app: { device_name: 'Ada’s phone' }, browser: { token_delivery: 'cookie' } },
        optional: true,
      },
      answers: { 200: issued('A guest’s session has begun.') },
      problems: [
        'account-disabled',
        'sign-up-closed',
        'cross-site-request',
        'refresh-superseded',
        'too-many-requests',
      ],
    }),
  ],
};
