// POST /api/auth/verify-email: completes a registration with the password that is chosen here, or confirms a change
// of address. A guest who proves an address by code keeps their account. Pre-hijacking: whoever proves the mailbox chooses the password.

import type { Context } from 'hono';
import * as z from 'zod/mini';
import { type ReadGrant, readGrant } from '../../authentication/read-grant.ts';
import type { Dependencies, Variables } from '../../context.ts';
import { authenticated } from '../../http/authenticate.ts';
import { bindingOf, dpopMode } from '../../http/dpop.ts';
import { endpoint } from '../../http/endpoint.ts';
import { line, localeField, optional, password } from '../../http/fields.ts';
import { callHash } from '../../http/idempotency.ts';
import { presentedDevice } from '../../http/known-device.ts';
import { goodGrant, withGrant } from '../../http/presented-grant.ts';
import { presentedGuest } from '../../http/presented-guest.ts';
import { requestMetadata } from '../../http/request-metadata.ts';
import { startedSessionResponse } from '../../http/session-start.ts';
import { requireAllowedOrigin } from '../../http/token-cookies.ts';
import { tokenDelivery } from '../../http/token-response.ts';
import { Problem } from '../../problems.ts';
import { confirmNewEmail } from './new-address-statements.ts';
import { proveRegistration } from './prove-registration.ts';

const verification = () =>
  withGrant({
    /** For a registration. */
    password: z.optional(password()),
    /** For a registration by link alone: somebody else may have typed the name that was given at the registration. */
    name: z.optional(line(100)),
    /** For a registration, likewise: before what was given there, and before `Accept-Language`. */
    locale: optional(localeField()),
    /** For a registration: start a session, too. */
    sign_in: z.optional(z.boolean()),
    device_name: z.optional(line(100)),
    token_delivery: z._default(tokenDelivery(), 'body'),
    dpop_mode: optional(dpopMode()),
  });

export const verify = endpoint(
  {
    route: 'POST /api/auth/verify-email',
    access: 'maybe-session',
    limit: 'login',
    takesKey: true,
    takesProof: true,
    body: verification,
    trips: 2,
  },
  (dependencies) => {
    const requireAccessToken = authenticated(dependencies);

    return async ({ context, body }) => {
      const given = body;
      const grant = await readGrant(given, ['register', 'change-email'], dependencies);
      if (grant.purpose === 'change-email') {
        // A code is short, so only the session that asked for it may use it.
        if ('requestId' in grant.presented) await requireAccessToken(context, async () => {});
        await confirmAddress(context, dependencies, grant);
        return context.body(null, 204);
      }
      if (given.sign_in && given.token_delivery === 'cookie')
        requireAllowedOrigin(context, dependencies.config);
      const binding = await bindingOf(context, dependencies, {
        mode: given.dpop_mode,
        delivery: given.token_delivery,
      });
      // By code alone, which is typed in the app: a link opens anywhere, beside whatever session is there.
      const guest = 'requestId' in grant.presented ? await presentedGuest(context, dependencies) : undefined;
      const { started } = await proveRegistration(context, dependencies, given, grant, { binding, guest });
      if (!given.sign_in) return context.body(null, 204);
      // A repeat, after the session was refreshed or has ended.
      if (!started) throw new Problem('refresh-superseded');
      return startedSessionResponse(context, dependencies, started, {
        delivery: given.token_delivery,
        device: await presentedDevice(context, given.known_device, dependencies),
        now: dependencies.now(),
      });
    };
  },
);

/** @throws Problem `invalid-code`, `invalid-token` or `too-many-requests`. */
export async function confirmAddress(
  context: Context<{ Variables: Variables }>,
  dependencies: Dependencies,
  { presented }: ReadGrant,
): Promise<void> {
  const { database, now, newId } = dependencies;
  const confirmed = goodGrant(
    context,
    await confirmNewEmail(
      database,
      presented,
      {
        callHash: (await callHash(context, dependencies)) ?? newId(),
        deviceId: null,
        now: now(),
        use: newId(),
        sessionId: context.get('access')?.sessionId,
      },
      { noticeId: newId(), origin: requestMetadata(context) },
    ),
    dependencies,
  );
  if (confirmed.outcome === 'right') context.set('mailIsDue', true);
}
