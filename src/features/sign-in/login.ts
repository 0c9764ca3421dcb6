// POST /api/auth/login: a session for a password. User enumeration: unknown address, wrong password and a pause have
// the same answer in the same time.

import * as z from 'zod/mini';
import { limitKey, withinLimit } from '../../authentication/limits.ts';
import { bindingOf, dpopMode } from '../../http/dpop.ts';
import { endpoint } from '../../http/endpoint.ts';
import { deviceName, emailAddress, knownDevice, optional, password } from '../../http/fields.ts';
import { callHash } from '../../http/idempotency.ts';
import { presentedDevice } from '../../http/known-device.ts';
import { requestMetadata } from '../../http/request-metadata.ts';
import { sessionStart, startedSessionResponse } from '../../http/session-start.ts';
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
import { decoyPlace } from './decoy-place.ts';
import { completeLogin } from './statements.ts';

const credentials = () =>
  z.object({
    email: emailAddress(),
    password: password(),
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
      if (
        !candidate.is_theirs ||
        userId === null ||
        checkedHash === null ||
        isLocked ||
        !verification.matches
      ) {
        await recordFailedLogin(database, {
          email,
          deviceId,
          checkedId: candidate.checked_id,
          isSomebodys: userId !== null,
          isLocked,
          isPaused: candidate.is_paused,
          nobodysRow: (randomBytes(1)[0] ?? 0) % nobodysRows,
          call,
          origin,
          now: time,
        });
        context.set('refusal', refusalOf(candidate));
        throw new Problem('invalid-credentials');
      }
      if (!candidate.email_verified) {
        await forgetFailures(database, { email, deviceId, userId });
        throw new Problem('email-not-verified');
      }

      const signIn = await completeLogin(database, {
        ...sessionStart(context, dependencies, {
          device: presented,
          deviceName: device_name,
          binding,
          now: time,
        }),
        call,
        userId,
        deviceId,
        passwordVersion: candidate.password_version ?? 0,
        checkedHash,
        newHash: verification.needsRehash ? await passwords.hash(given.password) : null,
        eventId: newId(),
        mailId: newId(),
      });
      switch (signIn.outcome) {
        case 'refused':
          context.set('refusal', 'changed-meanwhile');
          throw new Problem('invalid-credentials');
        case 'superseded':
          throw new Problem('refresh-superseded');
        case 'started': {
          if (signIn.mail_is_due) context.set('mailIsDue', true);
          return startedSessionResponse(
            context,
            dependencies,
            { ...signIn, user_id: userId },
            {
              delivery: token_delivery,
              device: presented,
              now: time,
            },
          );
        }
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
