// POST /api/auth/guest: an account without an address, and a session of it. It is upgraded in place: by an address that is proven
// (email/verify.ts), an identity provider or a passkey.

import * as z from 'zod/mini';
import { tooManyRequests } from '../../authentication/limits.ts';
import { maySignUp } from '../../authentication/sign-up.ts';
import { bindingOf, dpopMode } from '../../http/dpop.ts';
import { endpoint } from '../../http/endpoint.ts';
import { deviceName, knownDevice, line, localeField, optional } from '../../http/fields.ts';
import { callHash } from '../../http/idempotency.ts';
import { presentedDevice } from '../../http/known-device.ts';
import { localeOf } from '../../http/request-metadata.ts';
import { sessionStart, startedSessionResponse } from '../../http/session-start.ts';
import { requireAllowedOrigin } from '../../http/token-cookies.ts';
import { tokenDelivery } from '../../http/token-response.ts';
import { Problem } from '../../problems.ts';
import { networksOf } from '../../sessions/network.ts';
import { startGuest } from './guest-statements.ts';

const newGuest = () =>
  z.object({
    name: optional(line(100)),
    locale: optional(localeField()),
    device_name: deviceName(),
    known_device: knownDevice(),
    token_delivery: optional(tokenDelivery()),
    dpop_mode: optional(dpopMode()),
  });

export const guest = endpoint(
  {
    route: 'POST /api/auth/guest',
    access: 'anybody',
    // It mails nobody: thirty a minute would keep a class room waiting. Over days the database counts (network-allowance.ts).
    limit: 'login',
    takesKey: true,
    takesProof: true,
    isSwitchedOn: ({ guests }) => guests,
    body: newGuest,
    trips: 1,
  },
  (dependencies) => {
    const { config, database, now, newId } = dependencies;

    return async ({ context, body }) => {
      const { name = '', token_delivery: delivery = 'body' } = body;
      // A guest is anybody.
      if (!maySignUp(config, null)) throw new Problem('sign-up-closed');
      // Login CSRF: another site could make guests of its visitors.
      if (delivery === 'cookie') requireAllowedOrigin(context, config);
      const binding = await bindingOf(context, dependencies, { mode: body.dpop_mode, delivery });
      const call = await callHash(context, dependencies);
      const device = await presentedDevice(context, body.known_device, dependencies);
      const time = now();
      const start = sessionStart(context, dependencies, {
        device,
        deviceName: body.device_name,
        binding,
        now: time,
      });
      const { ip } = start.origin;
      const started = await startGuest(database, {
        ...start,
        call,
        eventId: newId(),
        userId: newId(),
        name,
        locale: localeOf(context, body.locale),
        networks: ip === null ? [] : networksOf(ip),
      });
      context.set('outcome', started.outcome);
      switch (started.outcome) {
        case 'too-many':
          throw tooManyRequests(started.retry_after);
        case 'disabled':
          throw new Problem('account-disabled');
        case 'superseded':
          throw new Problem('refresh-superseded');
        case 'started':
          context.set('subject', { userId: started.user_id, sessionId: started.session_id });
          return startedSessionResponse(context, dependencies, started, { delivery, device, now: time });
      }
    };
  },
);
