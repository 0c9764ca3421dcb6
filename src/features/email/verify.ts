// POST /api/auth/verify-email: completes a registration with the password that is chosen here, or confirms a change
// of address. Pre-hijacking: whoever proves the mailbox chooses the password.

import type { Context } from 'hono';
import * as z from 'zod/mini';
import { type ReadGrant, readGrant } from '../../authentication/read-grant.ts';
import type { Dependencies, Variables } from '../../context.ts';
import { authenticated } from '../../http/authenticate.ts';
import { type Binding, bindingOf, dpopMode } from '../../http/dpop.ts';
import { endpoint } from '../../http/endpoint.ts';
import { line, optional, password } from '../../http/fields.ts';
import { callHash } from '../../http/idempotency.ts';
import { validationFailed } from '../../http/json-body.ts';
import { presentedDevice } from '../../http/known-device.ts';
import { goodGrant, withGrant } from '../../http/presented-grant.ts';
import { requestMetadata } from '../../http/request-metadata.ts';
import { sessionStart, startedSessionResponse } from '../../http/session-start.ts';
import { requireAllowedOrigin } from '../../http/token-cookies.ts';
import { tokenDelivery } from '../../http/token-response.ts';
import { refuseWeakPassword } from '../../passwords/accept.ts';
import { Problem } from '../../problems.ts';
import type { StartedSession } from '../../sessions/state.ts';
import { confirmNewEmail } from './new-address-statements.ts';
import { lookAtRegistration, verifyRegistration } from './verification-statements.ts';

const verification = () =>
  withGrant({
    /** For a registration. */
    password: z.optional(password()),
    /** For a registration by link alone: somebody else may have typed the name that was given at the registration. */
    name: z.optional(line(100)),
    /** For a registration: start a session, too. */
    sign_in: z.optional(z.boolean()),
    device_name: z.optional(line(100)),
    token_delivery: z._default(tokenDelivery(), 'body'),
    dpop_mode: optional(dpopMode()),
  });

type Given = z.infer<ReturnType<typeof verification>>;

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
      const { started } = await proveRegistration(context, dependencies, given, grant, binding);
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

/**
 * For the endpoint and the page. Denial of service: the grant is checked before anything is hashed. A refused
 * password or a missing name does not spend it.
 *
 * @throws Problem `invalid-code`, `invalid-token`, `validation-failed`, `weak-password` or `too-many-requests`.
 */
export async function proveRegistration(
  context: Context<{ Variables: Variables }>,
  dependencies: Dependencies,
  given: Given,
  { presented, requestId }: ReadGrant,
  binding: Binding,
): Promise<{ readonly started: StartedSession | null }> {
  const { database, passwords, now, newId } = dependencies;
  const device = await presentedDevice(context, given.known_device, dependencies);
  const presentation = {
    callHash: (await callHash(context, dependencies)) ?? newId(),
    deviceId: device?.deviceId ?? null,
    now: now(),
  };
  if (given.password === undefined) throw missing('password');
  const found = goodGrant(context, await lookAtRegistration(database, presented, presentation), dependencies);
  if (found.outcome === 'repeated') return found;
  const isTypedAtRegistration = found.id === requestId;
  const name = given.name ?? (isTypedAtRegistration ? found.name : null);
  if (name === null) throw missing('name');
  await refuseWeakPassword(given.password, dependencies, { context: [found.email, name] });
  const used = goodGrant(
    context,
    await verifyRegistration(
      database,
      presented,
      { ...presentation, use: newId() },
      {
        userId: newId(),
        passwordHash: await passwords.hash(given.password),
        name,
        photo: isTypedAtRegistration ? found.photo : null,
        start: given.sign_in
          ? sessionStart(context, dependencies, {
              device,
              deviceName: given.device_name,
              binding,
              now: presentation.now,
            })
          : undefined,
        origin: requestMetadata(context),
      },
    ),
    dependencies,
  );
  if (used.outcome !== 'repeated' || !given.sign_in) return used;
  // The same call came twice at once. READ COMMITTED: the statement of the second did not see the session of the
  // first.
  return goodGrant(context, await lookAtRegistration(database, presented, presentation), dependencies);
}

function missing(field: string): Problem {
  return validationFailed([{ code: 'custom', path: [field], message: 'is required' }], {});
}

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
