// GET /.well-known/jwks.json: the public keys with which anybody checks an access token (RFC 7517, section 5).

import type { Endpoint } from '../../http/router.ts';
import { keySetCacheSeconds } from '../../lifetimes.ts';

export const publish: Endpoint = (router, { accessTokenKeys }) => {
  const body = JSON.stringify({ keys: accessTokenKeys.publicKeys });

  router.get('/.well-known/jwks.json', (context) =>
    context.body(body, 200, {
      'Content-Type': 'application/jwk-set+json',
      'Cache-Control': `public, max-age=${keySetCacheSeconds}`,
    }),
  );
};
