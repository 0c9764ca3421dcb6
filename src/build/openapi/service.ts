// Health, keys and the service's word about itself, as the document describes them.

import * as z from 'zod/mini';
import { type Feature, noted, said } from './describe.ts';

const Health = z.object({ status: said('`ok`.'), version: said('Of this release.') });
const Readiness = z.object({ status: said('`ready`.') });
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
  grant_types_supported: z.array(z.string()),
  token_endpoint_auth_methods_supported: z.array(z.string()),
  revocation_endpoint_auth_methods_supported: z.array(z.string()),
  response_types_supported: z.array(z.string()),
  service_documentation: link(),
});

const OpenIdConfiguration = z.extend(ServerMetadata, {
  subject_types_supported: z.array(z.string()),
  id_token_signing_alg_values_supported: noted(z.array(z.string()), {
    description: 'Empty: there are no ID tokens.',
  }),
});

const issuer = 'https://auth.example.com';
const metadata = {
  issuer,
  token_endpoint: `${issuer}/oauth/token`,
  revocation_endpoint: `${issuer}/oauth/revoke`,
  jwks_uri: `${issuer}/.well-known/jwks.json`,
  grant_types_supported: ['refresh_token'],
  token_endpoint_auth_methods_supported: ['none'],
  revocation_endpoint_auth_methods_supported: ['none'],
  response_types_supported: [],
  service_documentation: `${issuer}/docs`,
};
const cacheable = ['ETag', 'Cache-Control'];
const notModified = { description: 'The copy at hand is still good.', headers: cacheable };

export const service: Feature = {
  tag: {
    name: 'Service',
    description: 'For monitors, for services that check access tokens, and for developers.',
  },
  schemas: { Health, Readiness, JwkSet, ServerMetadata, OpenIdConfiguration },
  operations: {
    'GET /api/healthchecker': {
      id: 'checkHealth',
      summary: 'Is it running',
      description: 'Asks nothing of the database.',
      access: 'anybody',
      answers: {
        200: {
          description: 'It runs.',
          headers: ['Cache-Control'],
          content: { schema: Health, examples: { ok: { status: 'ok', version: '1.0.0' } } },
        },
      },
    },
    'GET /api/readiness': {
      id: 'checkReadiness',
      summary: 'Can it serve',
      description:
        'Whether the database can be reached and has the migrations that this release needs. An answer may be a second old.',
      access: 'anybody',
      problems: ['too-many-requests'],
      answers: {
        200: {
          description: 'It can.',
          headers: ['Cache-Control'],
          content: { schema: Readiness, examples: { ready: { status: 'ready' } } },
        },
      },
    },
    'GET /.well-known/jwks.json': {
      id: 'getJwks',
      summary: 'Public keys of access tokens',
      description: 'For services that check access tokens themselves (RFC 9068). May be kept for an hour.',
      access: 'anybody',
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
    },
    'GET /.well-known/oauth-authorization-server': {
      id: 'getServerMetadata',
      summary: 'What an OAuth client may do here',
      description: 'RFC 8414.',
      access: 'anybody',
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
    },
    'GET /.well-known/openid-configuration': {
      id: 'getOpenIdConfiguration',
      summary: 'The same, where most clients look first',
      description:
        'For discovery (AppAuth-JS, openid-client). There is no `authorization_endpoint`: a client that insists on one, as ' +
        'AppAuth for Android and iOS do, is given the two endpoints by hand.',
      access: 'anybody',
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
    },
  },
};
