// POST /api/users/me/totp/confirm: the first code of a secret, by the session that asked for it. From then on a second
// factor is owed at every sign-in.

import * as z from 'zod/mini';
import { refusedCaller } from '../../authentication/refused-caller.ts';
import { recoveryCodes } from '../../factors/recovery-codes.ts';
import { matchingStep } from '../../factors/totp.ts';
import { endpoint } from '../../http/endpoint.ts';
import { totp } from '../../http/factor-fields.ts';
import { callHash } from '../../http/idempotency.ts';
import { eventContextOf } from '../../http/request-metadata.ts';
import { Problem } from '../../problems.ts';
import { openTotpSecret } from '../../tokens/totp-secret.ts';
import { confirmTotp, readPendingTotp } from './enrolment-statements.ts';

const confirmation = () => z.object({ totp: totp() });

export const confirm = endpoint(
  {
    route: 'POST /api/users/me/totp/confirm',
    access: 'session',
    limit: 'write',
    takesKey: true,
    body: confirmation,
    trips: 2,
  },
  (dependencies) => {
    const { database, dataKeys, newId } = dependencies;

    return async ({ context, body, caller }) => {
      const event = eventContextOf(context, dependencies);
      const call = (await callHash(context, dependencies)) ?? event.eventId;
      const pending = await readPendingTotp(database, { ...caller, call });
      // The call itself has raised the user's level above that of its token.
      if (!pending || !(pending.is_sure || pending.is_repeat))
        throw await refusedCaller(dependencies, caller);
      const { id, secret: sealed } = pending;
      const secret = sealed === null ? undefined : await openTotpSecret(dataKeys, caller.userId, sealed);
      if (id === null || !secret) throw new Problem('invalid-token');

      if (!pending.is_repeat) {
        const step = await matchingStep(secret.totp, body.totp, caller.now);
        if (step === undefined) throw new Problem('invalid-second-factor');
        const confirming = { ...event, ...caller, call, id, step, mailId: newId() };
        const outcome = await confirmTotp(database, confirming);
        context.set('outcome', outcome);
        if (outcome === 'refused') throw await refusedCaller(dependencies, caller);
        if (outcome === 'void') throw new Problem('invalid-token');
        context.set('mailIsDue', true);
      }
      context.header('Cache-Control', 'no-store');
      return context.json({ recovery_codes: await recoveryCodes(secret.recovery) });
    };
  },
);
