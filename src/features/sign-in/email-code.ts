// POST /api/auth/login/email-code: a session for a mailed code, in one round trip; in two where a second factor comes with it.
// User enumeration: what is wrong with a code is answered alike for any address.

import * as z from 'zod/mini';
import { readGrant } from '../../authentication/read-grant.ts';
import { hasCode, shownFactor } from '../../authentication/second-factor.ts';
import { bindingOf, dpopMode } from '../../http/dpop.ts';
import { endpoint } from '../../http/endpoint.ts';
import { recoveryCode, totp } from '../../http/factor-fields.ts';
import { deviceName, knownDevice, line, optional, signedToken, text } from '../../http/fields.ts';
import { callHash } from '../../http/idempotency.ts';
import { presentedDevice } from '../../http/known-device.ts';
import { goodGrant } from '../../http/presented-grant.ts';
import { localeOf, requestMetadata } from '../../http/request-metadata.ts';
import { sessionStart } from '../../http/session-start.ts';
import { requireAllowedOrigin } from '../../http/token-cookies.ts';
import { tokenDelivery } from '../../http/token-response.ts';
import { Problem } from '../../problems.ts';
import { firstFailure, lookAtSignInCode, signInByCode } from './email-code-statements.ts';
import { recordWrongFactor } from './owed-factor-statements.ts';
import { secondFactorRequired, signInResponse } from './sign-in-response.ts';

const codeSignIn = () =>
  z.object({
    request: signedToken(),
    code: text({ minimum: 1, maximum: 64 }),
    totp: optional(totp()),
    recovery_code: optional(recoveryCode()),
    /** For a new account. */
    name: optional(line(100)),
    device_name: deviceName(),
    known_device: knownDevice(),
    token_delivery: optional(tokenDelivery()),
    dpop_mode: optional(dpopMode()),
  });

export const emailCode = endpoint(
  {
    route: 'POST /api/auth/login/email-code',
    access: 'anybody',
    limit: 'login',
    takesKey: true,
    takesProof: true,
    body: codeSignIn,
    trips: 2,
    isSwitchedOn: ({ emailCodes }) => emailCodes,
  },
  (dependencies) => {
    const { config, database, now, newId } = dependencies;

    return async ({ context, body }) => {
      const { device_name: deviceNameGiven, token_delivery: delivery = 'body' } = body;
      // Login CSRF: another site could sign its visitors in as somebody else.
      if (delivery === 'cookie') requireAllowedOrigin(context, config);
      const binding = await bindingOf(context, dependencies, { mode: body.dpop_mode, delivery });
      const { presented, requestId = '' } = await readGrant(body, ['sign-in'], dependencies);
      const device = await presentedDevice(context, body.known_device, dependencies);
      const hash = await callHash(context, dependencies);
      const eventId = newId();
      const call = hash ?? eventId;
      const time = now();
      const looking = {
        callHash: call,
        deviceId: device?.deviceId ?? null,
        now: time,
        signUp: config.signUp,
      };

      const has = hasCode(body)
        ? goodGrant(context, opened(await lookAtSignInCode(database, presented, looking)), dependencies)
        : undefined;
      const deviceId = has?.device_id ?? null;
      const wrongFactor = async (userId: string, totpId: string) => {
        await recordWrongFactor(database, {
          userId,
          totpId,
          isStrangers: deviceId === null,
          first: firstFailure(requestId, call),
          origin: requestMetadata(context),
          now: time,
        });
        return new Problem('invalid-second-factor');
      };
      // Nobody has proven the address yet, or whoever has owes no second factor: then there is nothing to check.
      const owed =
        has?.user_id && has.totp_id !== null ? { userId: has.user_id, totpId: has.totp_id } : undefined;
      const factor =
        has && owed
          ? await shownFactor(
              dependencies,
              { ...has, userId: owed.userId, isRepeat: has.outcome === 'repeated' },
              body,
            )
          : undefined;
      if (owed && !factor) throw await wrongFactor(owed.userId, owed.totpId);

      const signIn = await signInByCode(
        database,
        presented,
        { ...looking, use: newId() },
        {
          ...sessionStart(context, dependencies, {
            device,
            deviceName: deviceNameGiven,
            binding,
            now: time,
          }),
          call: hash,
          eventId,
          mailId: newId(),
        },
        { userId: newId(), name: body.name ?? '', locale: localeOf(context), deviceId, factor },
      );
      switch (signIn.outcome) {
        case 'second-factor-required':
          throw await secondFactorRequired(dependencies, signIn, {
            jkt: binding.jkt,
            dpopMode: binding.mode,
            deviceName: deviceNameGiven,
            delivery,
            device,
          });
        case 'factor-refused':
          if (owed) throw await wrongFactor(owed.userId, owed.totpId);
          throw new Problem('invalid-second-factor');
        case 'started':
        case 'superseded':
        case 'disabled':
          return signInResponse(context, dependencies, signIn, { delivery, device, now: time });
        case 'closed':
          throw new Problem('sign-up-closed');
        default:
          goodGrant(
            context,
            { ...signIn, outcome: signIn.outcome === 'wrong' ? 'wrong' : 'dead' },
            dependencies,
          );
          throw new Problem('invalid-token');
      }
    };
  },
);

/** @throws Problem `sign-up-closed`. */
function opened<Looked extends { readonly outcome: string }>(looked: Looked | undefined) {
  if (looked?.outcome === 'closed') throw new Problem('sign-up-closed');
  return looked as Exclude<Looked, { readonly outcome: 'closed' }> | undefined;
}
