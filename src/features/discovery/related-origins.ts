// GET /.well-known/webauthn: the pages of other sites that may use the passkeys, where this service is at the RP ID's host
// (WebAuthn, section 5.11, "Using Web Authentication across related origins").

import { appLinksCacheSeconds } from '../../bounds.ts';
import { passkeyOrigins } from '../../factors/relying-party.ts';
import { endpoint } from '../../http/endpoint.ts';

export const relatedOrigins = endpoint(
  { route: 'GET /.well-known/webauthn', access: 'anybody', trips: 0 },
  ({ config }) => {
    const document = { origins: passkeyOrigins(config).filter((origin) => origin.startsWith('https:')) };

    return ({ context }) =>
      context.json(document, 200, { 'Cache-Control': `public, max-age=${appLinksCacheSeconds}` });
  },
);
