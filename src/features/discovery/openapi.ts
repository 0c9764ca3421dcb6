// Keys and metadata, as the OpenAPI document describes them.

import * as z from 'zod/mini';
import { describe, type Feature, noted, said } from '../../build/openapi/describe.ts';
import { tags } from '../../build/openapi/tags.ts';
import { keySet } from './key-set.ts';
import { metadataOf, oauthMetadata, openIdConfiguration } from './metadata.ts';

const JwkSet = noted(
  z.object({
    keys: z.array(
      noted(
        z.object({
          kty: z.string(),
          kid: said('As in the header of a token.'),
          alg: z.string(),
          use: z.string(),
          n: z.string(),
          e: z.string(),
        }),
        { description: 'A public RSA key (RFC 7517).' },
      ),
    ),
  }),
  { description: 'RFC 7517, section 5.' },
);
const link = () => noted(z.string(), { format: 'uri' });
const ServerMetadata = z.object({
  issuer: link(),
  token_endpoint: link(),
  revocation_endpoint: link(),
  jwks_uri: link(),
  status_list_aggregation_endpoint: link(),
  grant_types_supported: z.array(z.string()),
  token_endpoint_auth_methods_supported: z.array(z.string()),
  revocation_endpoint_auth_methods_supported: z.array(z.string()),
  dpop_signing_alg_values_supported: z.array(z.string()),
  response_types_supported: z.array(z.string()),
  service_documentation: link(),
});

const OpenIdConfiguration = z.extend(ServerMetadata, {
  subject_types_supported: z.array(z.string()),
  id_token_signing_alg_values_supported: noted(z.array(z.string()), {
    description: 'Empty: there are no ID tokens.',
  }),
});

const metadata = metadataOf('https://auth.example.com');
const cacheable = ['ETag', 'Cache-Control'];
const notModified = { description: 'The copy at hand is still good.', headers: cacheable };

export const discovery: Feature = {
  tag: tags.service,
  schemas: { JwkSet, ServerMetadata, OpenIdConfiguration },
  operations: [
    describe(keySet, {
      id: 'getJwks',
      summary: 'Public keys of access tokens',
      description: 'For services that check access tokens themselves (RFC 9068). May be kept for an hour.',
      parameters: ['If-None-Match'],
      answers: {
        200: {
          description: 'The keys.',
          headers: cacheable,
          content: {
            mediaType: 'application/jwk-set+json',
            schema: JwkSet,
            examples: {
              one: {
                keys: [{ kty: 'RSA', kid: '2026-03', alg: 'RS256', use: 'sig', n: 'sXch…', e: 'AQAB' }],
              },
            },
          },
        },
        304: notModified,
      },
    }),
    describe(oauthMetadata, {
      id: 'getServerMetadata',
      summary: 'What an OAuth client may do here',
      description: 'RFC 8414.',
      parameters: ['If-None-Match'],
      answers: {
        200: {
          description: 'The metadata.',
          headers: cacheable,
          content: {
            schema: ServerMetadata,
            examples: { metadata },
          },
        },
        304: notModified,
      },
    }),
    describe(openIdConfiguration, {
      id: 'getOpenIdConfiguration',
      summary: 'The same, where most clients look first',
      description:
        'For discovery (AppAuth-JS, openid-client). There is no `authorization_endpoint`: a client that insists on one, as ' +
        'AppAuth for Android and iOS do, is given the two endpoints by hand.',
      parameters: ['If-None-Match'],
      answers: {
        200: {
          description: 'The metadata.',
          headers: cacheable,
          content: {
            schema: OpenIdConfiguration,
            examples: {
              metadata: {
                ...metadata,
                subject_types_supported: ['public'],
                id_token_signing_alg_values_supported: [],
              },
            },
          },
        },
        304: notModified,
      },
    }),
  ],
};
