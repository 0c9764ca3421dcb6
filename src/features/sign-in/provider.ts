// POST /api/auth/login/:provider: a session for an ID token of Apple, Google or any OpenID issuer that is configured.

import * as z from 'zod/mini';
import { shownCode } from '../../authentication/provider-code.ts';
import { hasCode, shownFactor } from '../../authentication/second-factor.ts';
import { shownIdentity } from '../../authentication/shown-identity.ts';
import { maySignUp } from '../../authentication/sign-up.ts';
import { bindingOf, dpopMode } from '../../http/dpop.ts';
import { endpoint } from '../../http/endpoint.ts';
import { recoveryCode, totp } from '../../http/factor-fields.ts';
import { deviceName, knownDevice, line, localeField, optional } from '../../http/fields.ts';
import { callHash } from '../../http/idempotency.ts';
import { identityFields } from '../../http/identity-fields.ts';
import { presentedDevice } from '../../http/known-device.ts';
import { presentedGuest } from '../../http/presented-guest.ts';
import { localeOf, requestMetadata } from '../../http/request-metadata.ts';
import { sessionStart } from '../../http/session-start.ts';
import { requireAllowedOrigin } from '../../http/token-cookies.ts';
import { tokenDelivery } from '../../http/token-response.ts';
import { Problem } from '../../problems.ts';
import type { ShownFactor } from '../../sessions/second-factor.ts';
import { recordWrongFactor } from './owed-factor-statements.ts';
import type { ProviderCall } from './provider-account-statements.ts';
import { findProvidersUser, signInByProvider } from './provider-statements.ts';
import { secondFactorRequired, signInResponse } from './sign-in-response.ts';

const providerSignIn = () =>
  z.object({
    ...identityFields(),
    /** Apple says it to the app, and only once. */
    name: optional(line(100)),
    locale: optional(localeField()),
    totp: optional(totp()),
    recovery_code: optional(recoveryCode()),
    device_name: deviceName(),
    known_device: knownDevice(),
    token_delivery: optional(tokenDelivery()),
    dpop_mode: optional(dpopMode()),
  });

/** How often the statement is run again, each time because the account has changed at that very moment. */
const overtakings = 3;

export const loginProvider = endpoint(
  {
    route: 'POST /api/auth/login/:provider',
    access: 'maybe-session',
    limit: 'login',
    takesKey: true,
    takesProof: true,
    body: providerSignIn,
    trips: 1,
  },
  (dependencies) => {
    const { config, database, now, newId } = dependencies;

    return async ({ context, body, provider }) => {
      const { token_delivery: delivery = 'body' } = body;
      // Login CSRF: another site could sign its visitors in as somebody else.
      if (delivery === 'cookie') requireAllowedOrigin(context, config);
      const binding = await bindingOf(context, dependencies, { mode: body.dpop_mode, delivery });
      const guest = await presentedGuest(context, dependencies);
      const call = await callHash(context, dependencies);
      const device = await presentedDevice(context, body.known_device, dependencies);
      const identity = await shownIdentity(dependencies, provider, body);
      const time = now();
      const eventId = newId();
      const origin = requestMetadata(context);
      const start = sessionStart(context, dependencies, {
        device,
        deviceName: body.device_name,
        binding,
        now: time,
      });
      let owner: { readonly userId: string; readonly totpId: string } | undefined;
      let factor: ShownFactor | undefined;
      const wrongFactor = async () => {
        if (owner) await recordWrongFactor(database, { ...owner, isStrangers: false, origin, now: time });
        return new Problem('invalid-second-factor');
      };
      if (hasCode(body)) {
        const user = await findProvidersUser(database, identity, { call: call ?? eventId, now: time });
        if (user?.totp_id) {
          owner = { userId: user.user_id, totpId: user.totp_id };
          context.set('subject', { userId: owner.userId });
          factor = await shownFactor(dependencies, { ...user, ...owner, isRepeat: user.is_repeated }, body);
          if (!factor) throw await wrongFactor();
        }
      }
      const signIn: ProviderCall = {
        ...start,
        call,
        eventId,
        mailId: newId(),
        identity,
        identityId: newId(),
        userId: newId(),
        joinMailId: newId(),
        code: await shownCode(dependencies, identity, body.authorization_code),
        name: body.name ?? identity.name,
        locale: localeOf(context, body.locale ?? identity.locale),
        guest,
        factor,
        maySignUp: maySignUp(config, identity.isAuthoritative ? identity.email : null),
      };
      if (signIn.code) context.set('providerCallIsDue', true);
      const result = await signInByProvider(database, signIn, overtakings);
      switch (result.outcome) {
        case 'taken':
          throw new Problem('identity-taken');
        case 'too-many':
          throw new Problem('too-many-identities');
        case 'closed':
          throw new Problem('sign-up-closed');
        case 'caller-ended':
          throw new Problem('session-ended');
        case 'overtaken':
          throw new Problem('service-unavailable');
        case 'refused':
          throw new Problem('id-token-not-accepted', { detail: 'It was used before, or its nonce was.' });
        case 'factor-refused':
          throw await wrongFactor();
        case 'second-factor-required':
          throw await secondFactorRequired(dependencies, result, {
            jkt: binding.jkt,
            dpopMode: binding.mode,
            deviceName: body.device_name,
            delivery,
            device,
          });
        default:
          return signInResponse(context, dependencies, result, { delivery, device, now: time });
      }
    };
  },
);
