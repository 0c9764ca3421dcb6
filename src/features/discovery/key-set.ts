// GET /.well-known/jwks.json: the public keys with which anybody checks an access token (RFC 7517, section 5).

import { keptDocument } from '../../http/kept-document.ts';
import type { Endpoint } from '../../http/router.ts';
import { keySetCacheSeconds } from '../../lifetimes.ts';

export const publish: Endpoint = (router, { accessTokenKeys }) => {
  // Ordered by `kid`, so that the document changes with the keys alone and not with the one that signs.
  const keys = [...accessTokenKeys.publicKeys].sort((one, other) => (one.kid < other.kid ? -1 : 1));
  const document = keptDocument(JSON.stringify({ keys }), {
    'Content-Type': 'application/jwk-set+json',
    'Cache-Control': `public, max-age=${keySetCacheSeconds}`,
  });

  router.get('/.well-known/jwks.json', document);
};
