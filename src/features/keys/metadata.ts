// GET /.well-known/oauth-authorization-server: what a ready-made OAuth client may do here (RFC 8414), and nothing more.

import { keptDocument } from '../../http/kept-document.ts';
import type { Endpoint } from '../../http/router.ts';
import { keySetCacheSeconds } from '../../lifetimes.ts';

export const metadata: Endpoint = (router, { config: { issuer } }) => {
  const described = {
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
  };

  const document = keptDocument(JSON.stringify(described), {
    'Content-Type': 'application/json',
    'Cache-Control': `public, max-age=${keySetCacheSeconds}`,
  });

  router.get('/.well-known/oauth-authorization-server', document);
};
