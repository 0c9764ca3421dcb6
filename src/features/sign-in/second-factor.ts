// POST /api/auth/login/second-factor: completes a sign-in that owed a second factor.

import * as z from 'zod/mini';
import { openAuthSession } from '../../authentication/auth-session.ts';
import { codeFactors, type GivenCode, hasCode, shownFactor } from '../../authentication/second-factor.ts';
import {
  challengeFor,
  credentialIdOf,
  passkeyRefused,
  type ShownPasskey,
  shownPasskey,
} from '../../authentication/shown-passkey.ts';
import { bindingOf } from '../../http/dpop.ts';
import { endpoint } from '../../http/endpoint.ts';
import { recoveryCode, totp } from '../../http/factor-fields.ts';
import { optional, signedToken } from '../../http/fields.ts';
import { callHash } from '../../http/idempotency.ts';
import { assertionCredential } from '../../http/passkey-fields.ts';
import { requestMetadata } from '../../http/request-metadata.ts';
import { sessionStart } from '../../http/session-start.ts';
import { requireAllowedOrigin } from '../../http/token-cookies.ts';
import { Problem } from '../../problems.ts';
import { requireSessionKey } from '../../sessions/session-key.ts';
import { recordWrongFactor } from './owed-factor-statements.ts';
import { beginSecondStep, completeSecondStep, type SecondStep } from './second-factor-statements.ts';
import { signInResponse } from './sign-in-response.ts';

const secondFactor = () =>
  z
    .object({
      auth_session: signedToken(),
      totp: optional(totp()),
      recovery_code: optional(recoveryCode()),
      passkey: optional(assertionCredential()),
    })
    .check(
      z.refine<GivenCode & { passkey?: unknown }>((given) => hasCode(given) || given.passkey !== undefined, {
        error: `must hold one of ${[...codeFactors, 'passkey'].join(', ')}`,
      }),
    );

export const loginSecondFactor = endpoint(
  {
    route: 'POST /api/auth/login/second-factor',
    access: 'anybody',
    limit: 'login',
    takesKey: true,
    takesProof: true,
    body: secondFactor,
    trips: 2,
  },
  (dependencies) => {
    const { config, database, now, newId } = dependencies;

    return async ({ context, body }) => {
      const asked = await openAuthSession(dependencies, body.auth_session);
      if (!asked) throw new Problem('invalid-token');
      const { id: authSessionId, delivery, device } = asked;
      // Login CSRF: another site could sign its visitors in as somebody else.
      if (delivery === 'cookie') requireAllowedOrigin(context, config);
      const binding = await bindingOf(context, dependencies, { mode: asked.dpopMode, delivery });
      requireSessionKey(asked.jkt, binding.jkt);
      const hash = await callHash(context, dependencies);
      const eventId = newId();
      const call = hash ?? eventId;
      const time = now();
      const { passkey: credential } = body;
      const challenge =
        credential &&
        (await challengeFor(dependencies, credential, { purpose: 'passkey-second-factor', authSessionId }));
      const step = await beginSecondStep(database, {
        authSessionId,
        credentialId: credential ? credentialIdOf(credential) : null,
        call,
        now: time,
      });
      if (!step) throw new Problem('invalid-token');
      const { user_id: userId, device_id: deviceId, totp_id: totpId, idp } = step;
      // The identity may join by this, and the provider's code with it.
      if (idp !== null && config.identityProviders.get(idp)?.apple) context.set('providerCallIsDue', true);
      context.set('subject', { userId });

      const refused = async () => {
        const wrong = {
          userId,
          totpId,
          isStrangers: deviceId === null,
          origin: requestMetadata(context),
          now: time,
        };
        if (!step.is_repeat) await recordWrongFactor(database, wrong);
        return new Problem('invalid-second-factor', { members: { attempts_left: step.attempts_left } });
      };
      if (credential && !step.passkey) throw passkeyRefused('it is none of this account');
      const passkey =
        step.passkey && credential && challenge
          ? secondOf(step, await shownPasskey(dependencies, credential, challenge, step.passkey))
          : undefined;
      const factor = passkey
        ? undefined
        : await shownFactor(dependencies, { ...step, userId, isRepeat: step.is_finished }, body);
      if (!passkey && !factor) throw await refused();
      const signIn = await completeSecondStep(database, {
        ...sessionStart(context, dependencies, { device, deviceName: asked.deviceName, binding, now: time }),
        authSessionId,
        deviceId,
        presentedDeviceId: deviceId,
        factor,
        passkey,
        call: hash,
        callOrId: call,
        joinMailId: newId(),
        eventId,
        mailId: newId(),
      });
      if (signIn.outcome === 'refused') throw new Problem('invalid-token');
      if (signIn.outcome === 'factor-refused') throw await refused();
      return signInResponse(context, dependencies, signIn, { delivery, device, now: time });
    };
  },
);

/** What both together are. @throws Problem `passkey-not-accepted` where they are one and the same factor. */
function secondOf({ amr, idp }: SecondStep, shown: ShownPasskey): ShownPasskey {
  const { method } = shown;
  const isPasskeyAgain = idp === null && amr.some((name) => name === 'hwk' || name === 'swk');
  if (method.acr !== 'aal2' && isPasskeyAgain)
    throw passkeyRefused('without user verification it is the factor that was shown before');
  return { ...shown, method: { amr: [...new Set([...amr, ...method.amr, 'mfa'])], acr: 'aal2' } };
}
