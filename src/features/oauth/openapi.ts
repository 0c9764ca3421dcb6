// What ready-made OAuth clients call, as the OpenAPI document describes it.

import * as z from 'zod/mini';
import { type Answered, describe, type Feature, noted, said } from '../../build/openapi/describe.ts';
import { tags } from '../../build/openapi/tags.ts';
import { TokenResponse, tokens } from '../../build/openapi/token-response.ts';
import { oauthRevoke } from './revoke.ts';
import { oauthToken } from './token.ts';

const clientId = z.optional(said('Of this service, or left out: the client is a public one.'));

const TokenRequest = z.object({
  grant_type: said('`refresh_token`.'),
  refresh_token: z.string(),
  client_id: clientId,
  dpop_mode: z.optional(
    said('Of ours: `full` where access tokens are to be bound to the key of the proof as well (RFC 9449).'),
  ),
});
const RevocationRequest = z.object({
  token: said('Of either kind.'),
  token_type_hint: z.optional(said('Not needed: a token says itself what it is.')),
  client_id: clientId,
});
const OAuthError = noted(
  z.object({
    error: z.enum([
      'invalid_client',
      'invalid_grant',
      'invalid_request',
      'invalid_scope',
      'unsupported_grant_type',
      'invalid_dpop_proof',
      'use_dpop_nonce',
    ]),
    error_description: said('For a developer.'),
  }),
  { description: 'RFC 6749, section 5.2. `invalid_grant` is the one that means: log in again.' },
);

const Revoked = noted(z.object({}), { description: 'Empty, for clients that want JSON.' });

const mediaType = 'application/x-www-form-urlencoded';

const refused: { readonly [status: number]: Answered } = {
  400: {
    description: 'Refused, as OAuth says it.',
    headers: ['Cache-Control', 'DPoP-Nonce?'],
    content: {
      schema: OAuthError,
      examples: { again: { error: 'invalid_grant', error_description: 'The session has ended.' } },
    },
  },
  401: {
    description:
      'The client tried to authenticate itself with a secret: there is none. An empty one is none.',
    headers: ['Cache-Control', 'WWW-Authenticate'],
    content: {
      schema: OAuthError,
      examples: { secret: { error: 'invalid_client', error_description: 'This client has no secret.' } },
    },
  },
};

export const oauth: Feature = {
  tag: tags.oauth,
  schemas: { TokenRequest, RevocationRequest, Revoked, OAuthError },
  operations: [
    describe(oauthToken, {
      id: 'oauthToken',
      summary: 'Refresh, the OAuth way',
      description:
        'The same as `refresh` (RFC 6749, section 6), and under the same rules for retries. What passes and says nothing ' +
        'about the tokens, `refresh-superseded` as well, is a `503` with `error: temporarily_unavailable`.',
      parameters: ['Idempotency-Key'],
      body: {
        mediaType,
        schema: TokenRequest,
        examples: { refresh: { grant_type: 'refresh_token', refresh_token: tokens.refresh_token } },
      },
      answers: {
        200: {
          description: 'The successor: the token that was presented is spent.',
          headers: ['Cache-Control', 'DPoP-Nonce'],
          content: { schema: TokenResponse, examples: { tokens } },
        },
        ...refused,
      },
    }),
    describe(oauthRevoke, {
      id: 'oauthRevoke',
      summary: 'Log out, the OAuth way',
      description: 'Ends the session of a token (RFC 7009). A token that is none is as good as revoked.',
      body: { mediaType, schema: RevocationRequest, examples: { revoke: { token: tokens.refresh_token } } },
      answers: {
        200: {
          description: 'That session is over.',
          headers: ['Cache-Control'],
          content: { schema: Revoked, examples: { revoked: {} } },
        },
        ...refused,
      },
    }),
  ],
};
