// POST /api/auth/login: a session for a password. User enumeration: unknown address, wrong password and a pause have
// the same answer in the same time.

import * as z from 'zod/mini';
import { limitKey, withinLimit } from '../../authentication/limits.ts';
import { hasCode, shownFactor } from '../../authentication/second-factor.ts';
import { ClaimsFailed } from '../../database/client.ts';
import { bindingOf, dpopMode } from '../../http/dpop.ts';
import { endpoint } from '../../http/endpoint.ts';
import { recoveryCode, totp } from '../../http/factor-fields.ts';
import { deviceName, emailAddress, knownDevice, optional, password } from '../../http/fields.ts';
import { callHash } from '../../http/idempotency.ts';
import { presentedDevice } from '../../http/known-device.ts';
import { requestMetadata } from '../../http/request-metadata.ts';
import { sessionStart } from '../../http/session-start.ts';
import { requireAllowedOrigin } from '../../http/token-cookies.ts';
import { tokenDelivery } from '../../http/token-response.ts';
import { Problem } from '../../problems.ts';
import {
  beginLogin,
  type Candidate,
  forgetFailures,
  nobodysRows,
  recordFailedLogin,
} from './attempts-statements.ts';
import { completeLogin, provenByPassword, rehashed } from './complete-statements.ts';
import { decoyPlace } from './decoy-place.ts';
import { askForSecondFactor } from './owed-factor-statements.ts';
import { secondFactorRequired, signInResponse } from './sign-in-response.ts';

const credentials = () =>
  z.object({
    email: emailAddress(),
    password: password(),
    totp: optional(totp()),
    recovery_code: optional(recoveryCode()),
    device_name: deviceName(),
    known_device: knownDevice(),
    token_delivery: optional(tokenDelivery()),
    dpop_mode: optional(dpopMode()),
  });

export const login = endpoint(
  {
    route: 'POST /api/auth/login',
    access: 'anybody',
    limit: 'login',
    takesKey: true,
    takesProof: true,
    body: credentials,
    trips: 2,
  },
  (dependencies) => {
    const { database, dataKeys, limits, passwords, config, now, newId, randomBytes } = dependencies;

    return async ({ context, body }) => {
      const { email, device_name, known_device, token_delivery = 'body', ...given } = body;
      // Login CSRF: another site could sign its visitors in as somebody else.
      if (token_delivery === 'cookie') requireAllowedOrigin(context, config);
      const binding = await bindingOf(context, dependencies, {
        mode: given.dpop_mode,
        delivery: token_delivery,
      });
      const call = await callHash(context, dependencies);
      const presented = await presentedDevice(context, known_device, dependencies);
      await withinLimit(limits.address, limitKey('password', email, presented));

      const origin = requestMetadata(context);
      const candidate = await beginLogin(database, {
        email,
        deviceId: presented?.deviceId ?? null,
        decoyPlace: await decoyPlace(dataKeys, email),
        call,
        now: now(),
      });
      const { id: userId, password_hash: checkedHash, device_id: deviceId, is_locked: isLocked } = candidate;
      if (userId !== null) context.set('subject', { userId });
      const verification = await passwords.verify(given.password, checkedHash ?? passwords.decoy);
      const time = now();
      const failed = (totpId?: string) =>
        recordFailedLogin(database, {
          email,
          deviceId,
          checkedId: candidate.checked_id,
          isSomebodys: userId !== null,
          isLocked,
          isPaused: candidate.is_paused,
          ...(totpId !== undefined && { totpId }),
          nobodysRow: (randomBytes(1)[0] ?? 0) % nobodysRows,
          call,
          origin,
          now: time,
        });
      if (
        !candidate.is_theirs ||
        userId === null ||
        checkedHash === null ||
        isLocked ||
        !verification.matches
      ) {
        await failed();
        context.set('refusal', refusalOf(candidate));
        throw new Problem('invalid-credentials');
      }
      if (!candidate.email_verified) {
        await forgetFailures(database, { email, deviceId, userId });
        throw new Problem('email-not-verified');
      }

      const checked = {
        userId,
        deviceId,
        passwordVersion: candidate.password_version ?? 0,
        checkedHash,
        newHash: verification.needsRehash ? await passwords.hash(given.password) : null,
      };
      const { totp_id: totpId } = candidate;
      if (totpId !== null && !hasCode(given)) {
        const asked = await askForSecondFactor(database, {
          proven: provenByPassword(checked),
          set: rehashed(checked),
          deviceId,
          isCounted: true,
          callHash: call,
          newId: newId(),
          origin,
          now: time,
        });
        if (!asked) throw new Problem('invalid-credentials');
        throw await secondFactorRequired(dependencies, asked, {
          jkt: binding.jkt,
          dpopMode: binding.mode,
          deviceName: device_name,
          delivery: token_delivery,
          device: presented,
        });
      }
      const factor = await shownFactor(
        dependencies,
        { ...candidate, userId, isRepeat: candidate.is_repeat },
        given,
      );
      const signIn =
        totpId !== null && !factor
          ? ({ outcome: 'factor-refused' } as const)
          : await completeLogin(database, {
              ...sessionStart(context, dependencies, {
                device: presented,
                deviceName: device_name,
                binding,
                now: time,
              }),
              ...checked,
              factor,
              call,
              eventId: newId(),
              mailId: newId(),
            }).catch(async (error: unknown) => {
              if (error instanceof ClaimsFailed) await forgetFailures(database, { email, deviceId, userId });
              throw error;
            });
      switch (signIn.outcome) {
        case 'refused':
          context.set('refusal', 'changed-meanwhile');
          throw new Problem('invalid-credentials');
        case 'factor-refused':
          await failed(totpId ?? undefined);
          throw new Problem('invalid-second-factor');
        default:
          return signInResponse(context, dependencies, signIn, {
            delivery: token_delivery,
            device: presented,
            now: time,
          });
      }
    };
  },
);

/** For the log: the answer is the same for each. */
function refusalOf({ id, is_paused, is_locked }: Candidate): string {
  if (id === null) return 'unknown-address';
  if (is_paused) return 'pause';
  return is_locked ? 'too-many-failures' : 'wrong-password';
}
