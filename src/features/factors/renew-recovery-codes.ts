// POST /api/users/me/totp/recovery-codes: ten new ones in place of those that are left.

import { refusedCaller } from '../../authentication/refused-caller.ts';
import type { Dependencies } from '../../context.ts';
import { newRecoverySeed, recoveryCodes } from '../../factors/recovery-codes.ts';
import { endpoint } from '../../http/endpoint.ts';
import { callHash } from '../../http/idempotency.ts';
import { eventContextOf } from '../../http/request-metadata.ts';
import { Problem } from '../../problems.ts';
import type { Caller } from '../../sessions/active-caller.ts';
import { openTotpSecret, sealTotpSecret, type TotpSecret } from '../../tokens/totp-secret.ts';
import { readTotp, renewRecoveryCodes as renewStoredCodes } from './statements.ts';

/** Two calls that renew at once: the second begins again, and once more where there are three. */
const rounds = 3;

export const renewRecoveryCodes = endpoint(
  {
    route: 'POST /api/users/me/totp/recovery-codes',
    access: 'session',
    recent: true,
    limit: 'write',
    takesKey: true,
    trips: 2,
  },
  (dependencies) => {
    const { database, dataKeys, newId, randomBytes } = dependencies;

    return async ({ context, caller }) => {
      const event = eventContextOf(context, dependencies);
      const call = (await callHash(context, dependencies)) ?? event.eventId;
      context.header('Cache-Control', 'no-store');

      for (let round = 0; round < rounds; round += 1) {
        const { id, secret, isRepeat } = await presentTotp(dependencies, { ...caller, call });
        if (isRepeat) {
          context.set('outcome', 'repeated');
          return context.json({ recovery_codes: await recoveryCodes(secret.recovery) });
        }
        const recovery = newRecoverySeed(randomBytes);
        const isRenewed = await renewStoredCodes(database, {
          ...event,
          ...caller,
          call,
          readId: id,
          newId: newId(),
          secret: await sealTotpSecret(dataKeys, { userId: caller.userId, totp: secret.totp, recovery }),
          mailId: newId(),
        });
        if (isRenewed) {
          context.set('mailIsDue', true);
          return context.json({ recovery_codes: await recoveryCodes(recovery) });
        }
      }
      throw new Problem('too-many-requests', { retryAfterSeconds: 1 });
    };
  },
);

/** @throws Problem `not-found` where TOTP is off. */
async function presentTotp(
  dependencies: Dependencies,
  caller: Caller & { readonly call: string },
): Promise<{ readonly id: string; readonly secret: TotpSecret; readonly isRepeat: boolean }> {
  const { database, dataKeys } = dependencies;
  const present = await readTotp(database, caller);
  if (!present) throw await refusedCaller(dependencies, caller);
  if (present.id === null || present.secret === null) throw new Problem('not-found');
  const secret = await openTotpSecret(dataKeys, caller.userId, present.secret);
  // Only where a data key was taken out too early: an operator has to see it.
  if (!secret) throw new Error('A second factor is sealed under a data key that is gone');
  return { id: present.id, secret, isRepeat: present.is_repeat };
}
