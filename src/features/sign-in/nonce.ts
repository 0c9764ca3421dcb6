// POST /api/auth/nonce: what an app gives to Apple, Google or another provider, which puts it into the ID token. Sealed, so nothing
// is kept, and no round trip is made.

import { sealNonce } from '../../authentication/sign-in-nonce.ts';
import { endpoint } from '../../http/endpoint.ts';
import { signInNonceSeconds } from '../../lifetimes.ts';
import { Problem } from '../../problems.ts';

export const nonce = endpoint(
  { route: 'POST /api/auth/nonce', access: 'anybody', limit: 'login', trips: 0 },
  ({ config, dataKeys, now, randomBytes }) =>
    async ({ context }) => {
      if (config.identityProviders.size === 0) throw new Problem('way-not-enabled');
      context.header('Cache-Control', 'no-store');
      return context.json({
        nonce: await sealNonce(dataKeys, now(), randomBytes),
        expires_in: signInNonceSeconds,
      });
    },
);
