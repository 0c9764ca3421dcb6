// POST /api/auth/passkey/options: what `navigator.credentials.get`, Android and iOS take to ask for a passkey. The challenge is
// sealed, so nothing is kept, and no round trip is made.

import * as z from 'zod/mini';
import { openAuthSession } from '../../authentication/auth-session.ts';
import { sealChallenge } from '../../authentication/passkey-challenge.ts';
import { endpoint } from '../../http/endpoint.ts';
import { optional, signedToken } from '../../http/fields.ts';
import { passkeyChallengeSeconds } from '../../lifetimes.ts';
import { Problem } from '../../problems.ts';

export const passkeyOptions = endpoint(
  {
    route: 'POST /api/auth/passkey/options',
    access: 'anybody',
    limit: 'login',
    body: () => z.object({ auth_session: optional(signedToken()) }),
    trips: 0,
  },
  (dependencies) => {
    const { config, dataKeys, now, randomBytes } = dependencies;

    return async ({ context, body }) => {
      const asked =
        body.auth_session === undefined ? null : await openAuthSession(dependencies, body.auth_session);
      if (asked === undefined) throw new Problem('invalid-token');
      const use = asked
        ? ({ purpose: 'passkey-second-factor', authSessionId: asked.id } as const)
        : ({ purpose: 'passkey-sign-in' } as const);
      context.header('Cache-Control', 'no-store');
      return context.json({
        challenge: await sealChallenge(dataKeys, use, now(), randomBytes),
        timeout: passkeyChallengeSeconds * 1000,
        rpId: config.passkeyRpId,
        // User enumeration: whose passkeys there are is not for anybody to know. The device knows them.
        allowCredentials: [],
        userVerification: 'preferred',
      });
    };
  },
);
