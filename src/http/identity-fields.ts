// What an app has from the SDK of an identity provider.

import { optional, signedToken, text } from './fields.ts';

/** As they are in a body. The code is Apple's, and works once. */
export const identityFields = () => ({
  id_token: signedToken(),
  nonce: optional(text({ minimum: 1, maximum: 512 })),
  authorization_code: optional(text({ minimum: 1, maximum: 2_048 })),
});
