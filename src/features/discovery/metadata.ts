// GET /.well-known/oauth-authorization-server: authorization server metadata (RFC 8414). The same at
// /.well-known/openid-configuration, where most OAuth clients look first.

import { keySetCacheSeconds } from '../../bounds.ts';
import { endpoint } from '../../http/endpoint.ts';
import { staticDocument } from '../../http/static-document.ts';
import { proofAlgorithm } from '../../tokens/dpop.ts';

export const oauthMetadata = endpoint(
  { route: 'GET /.well-known/oauth-authorization-server', access: 'anybody', trips: 0 },
  ({ config: { issuer } }) => metadataDocument(metadataOf(issuer)),
);

// OpenID Connect Discovery 1.0, section 3, requires two more members; without ID tokens there is no algorithm for
// them. It requires `authorization_endpoint` too, which is left out because there is none.
export const openIdConfiguration = endpoint(
  { route: 'GET /.well-known/openid-configuration', access: 'anybody', trips: 0 },
  ({ config: { issuer } }) =>
    metadataDocument({
      ...metadataOf(issuer),
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [],
    }),
);

/** RFC 8414, section 2. */
export const metadataOf = (issuer: string) => ({
  issuer,
  token_endpoint: `${issuer}/oauth/token`,
  revocation_endpoint: `${issuer}/oauth/revoke`,
  jwks_uri: `${issuer}/.well-known/jwks.json`,
  // Token Status List, section 9.1.
  status_list_aggregation_endpoint: `${issuer}/status`,
  grant_types_supported: ['refresh_token'],
  token_endpoint_auth_methods_supported: ['none'],
  revocation_endpoint_auth_methods_supported: ['none'],
  // RFC 9449, section 5.1.
  dpop_signing_alg_values_supported: [proofAlgorithm],
  // Required by RFC 8414, section 2, even where there is no authorization endpoint.
  response_types_supported: [],
  service_documentation: `${issuer}/docs`,
});

const metadataDocument = (content: object) =>
  staticDocument(JSON.stringify(content), {
    'Content-Type': 'application/json',
    'Cache-Control': `public, max-age=${keySetCacheSeconds}`,
  });
