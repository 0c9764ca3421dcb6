// POST /api/auth/passkey: a session for a passkey. With user verification it is two factors; without, an account that has a
// second factor owes it.

import * as z from 'zod/mini';
import {
  challengeFor,
  credentialIdOf,
  passkeyRefused,
  shownPasskey,
} from '../../authentication/shown-passkey.ts';
import { bindingOf, dpopMode } from '../../http/dpop.ts';
import { endpoint } from '../../http/endpoint.ts';
import { deviceName, knownDevice, optional } from '../../http/fields.ts';
import { callHash } from '../../http/idempotency.ts';
import { presentedDevice } from '../../http/known-device.ts';
import { assertionCredential } from '../../http/passkey-fields.ts';
import { requestMetadata } from '../../http/request-metadata.ts';
import { sessionStart } from '../../http/session-start.ts';
import { requireAllowedOrigin } from '../../http/token-cookies.ts';
import { tokenDelivery } from '../../http/token-response.ts';
import { completeSignIn } from './complete-statements.ts';
import { askForSecondFactor } from './owed-factor-statements.ts';
import { findPasskey, provenByPasskey } from './passkey-statements.ts';
import { secondFactorRequired, signInResponse } from './sign-in-response.ts';

const passkeySignIn = () =>
  z.object({
    credential: assertionCredential(),
    device_name: deviceName(),
    known_device: knownDevice(),
    token_delivery: optional(tokenDelivery()),
    dpop_mode: optional(dpopMode()),
  });

export const passkey = endpoint(
  {
    route: 'POST /api/auth/passkey',
    access: 'anybody',
    limit: 'login',
    takesKey: true,
    takesProof: true,
    body: passkeySignIn,
    trips: 2,
  },
  (dependencies) => {
    const { config, database, now, newId } = dependencies;

    return async ({ context, body }) => {
      const { credential, token_delivery: delivery = 'body' } = body;
      // Login CSRF: another site could sign its visitors in as somebody else.
      if (delivery === 'cookie') requireAllowedOrigin(context, config);
      const binding = await bindingOf(context, dependencies, { mode: body.dpop_mode, delivery });
      const hash = await callHash(context, dependencies);
      const device = await presentedDevice(context, body.known_device, dependencies);
      const challenge = await challengeFor(dependencies, credential, { purpose: 'passkey-sign-in' });
      const stored = await findPasskey(database, credentialIdOf(credential));
      if (!stored) {
        // What `PublicKeyCredential.signalUnknownCredential` takes, so that the device offers it no more.
        const unknown = { rpId: config.passkeyRpId, credentialId: credentialIdOf(credential) };
        throw passkeyRefused('nobody has it', { unknown_credential: unknown });
      }
      const { user_id: userId, totp_id: totpId } = stored;
      context.set('subject', { userId });
      // It may come back: the device keeps it.
      if (stored.is_removed) throw passkeyRefused('it was removed');
      const shown = await shownPasskey(dependencies, credential, challenge, stored);
      const time = now();
      const eventId = newId();
      const proven = provenByPasskey(userId, shown, { call: hash ?? eventId, now: time });
      if (totpId !== null && shown.method.acr !== 'aal2') {
        const asked = await askForSecondFactor(database, {
          proven,
          deviceId: null,
          // A key is not guessed.
          isCounted: false,
          callHash: hash,
          newId: newId(),
          origin: requestMetadata(context),
          now: time,
        });
        if (!asked) throw passkeyRefused('its challenge was used before');
        throw await secondFactorRequired(dependencies, asked, {
          jkt: binding.jkt,
          dpopMode: binding.mode,
          deviceName: body.device_name,
          delivery,
          device,
        });
      }
      const signIn = await completeSignIn(
        database,
        {
          ...sessionStart(context, dependencies, {
            device,
            deviceName: body.device_name,
            binding,
            now: time,
          }),
          call: hash,
          eventId,
          mailId: newId(),
        },
        { proven },
      );
      // Or it was removed meanwhile; or a second factor was turned on.
      if (signIn.outcome === 'refused' || signIn.outcome === 'factor-refused')
        throw passkeyRefused('its challenge was used before');
      return signInResponse(context, dependencies, signIn, { delivery, device, now: time });
    };
  },
);
