// GET /.well-known/jwks.json: the public keys of access tokens, as a JWK Set (RFC 7517, section 5).

import { keySetCacheSeconds } from '../../bounds.ts';
import { endpoint } from '../../http/endpoint.ts';
import { staticDocument } from '../../http/static-document.ts';

export const keySet = endpoint(
  { route: 'GET /.well-known/jwks.json', access: 'anybody', trips: 0 },
  ({ accessTokenKeys }) => {
    // Ordered by `kid`, so that the entity tag does not change when another key signs.
    const keys = [...accessTokenKeys.publicKeys].sort((one, other) => (one.kid < other.kid ? -1 : 1));
    return staticDocument(JSON.stringify({ keys }), {
      'Content-Type': 'application/jwk-set+json',
      'Cache-Control': `public, max-age=${keySetCacheSeconds}`,
    });
  },
);
