// POST /api/users/me/totp: a new secret for an authenticator app. It is on once its first code confirms it.

import { refusedCaller } from '../../authentication/refused-caller.ts';
import { newRecoverySeed } from '../../factors/recovery-codes.ts';
import { base32, newTotpSecret, otpauthUri } from '../../factors/totp.ts';
import { endpoint } from '../../http/endpoint.ts';
import { sealTotpSecret } from '../../tokens/totp-secret.ts';
import { enrolTotp } from './enrolment-statements.ts';

export const enrol = endpoint(
  { route: 'POST /api/users/me/totp', access: 'session', recent: true, limit: 'write', trips: 1 },
  (dependencies) => {
    const { config, database, dataKeys, newId, randomBytes } = dependencies;
    const issuer = new URL(config.appOrigin).host;

    return async ({ context, caller }) => {
      const totp = newTotpSecret(randomBytes);
      const recovery = newRecoverySeed(randomBytes);
      const secret = await sealTotpSecret(dataKeys, { userId: caller.userId, totp, recovery });
      const owner = await enrolTotp(database, { ...caller, id: newId(), secret });
      if (!owner) throw await refusedCaller(dependencies, caller);
      context.header('Cache-Control', 'no-store');
      return context.json({
        secret: base32(totp),
        otpauth_uri: otpauthUri({ secret: totp, issuer, account: owner.account }),
      });
    };
  },
);
