// GET /.well-known/oauth-authorization-server: what a ready-made OAuth client may do here (RFC 8414), and nothing more. The
// same at /.well-known/openid-configuration, where most of them look first.

import { endpoint } from '../../http/endpoint.ts';
import { staticDocument } from '../../http/static-document.ts';
import { keySetCacheSeconds } from '../../lifetimes.ts';

export const oauthMetadata = endpoint(
  { route: 'GET /.well-known/oauth-authorization-server', access: 'anybody', trips: 0 },
  ({ config: { issuer } }) => metadataDocument(described(issuer)),
);

// OpenID Connect Discovery 1.0, section 3, requires two more. There are no ID tokens, so that none is signed in any way; and no
// `authorization_endpoint`, which the section requires as well: there is none, and a made-up one would be an untruth.
export const openIdConfiguration = endpoint(
  { route: 'GET /.well-known/openid-configuration', access: 'anybody', trips: 0 },
  ({ config: { issuer } }) =>
    metadataDocument({
      ...described(issuer),
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [],
    }),
);

const described = (issuer: string) => ({
  issuer,
  token_endpoint: `${issuer}/oauth/token`,
  revocation_endpoint: `${issuer}/oauth/revoke`,
  jwks_uri: `${issuer}/.well-known/jwks.json`,
  grant_types_supported: ['refresh_token'],
  token_endpoint_auth_methods_supported: ['none'],
  revocation_endpoint_auth_methods_supported: ['none'],
  // Required by section 2 even where, as here, there is no authorization endpoint to ask for a response.
  response_types_supported: [],
  service_documentation: `${issuer}/docs`,
});

const metadataDocument = (content: object) =>
  staticDocument(JSON.stringify(content), {
    'Content-Type': 'application/json',
    'Cache-Control': `public, max-age=${keySetCacheSeconds}`,
  });
