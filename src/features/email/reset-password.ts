// POST /api/auth/reset-password: sets a new password by a mailed grant. Denial of service: the grant is checked
// before anything is hashed. A refused password does not spend it.

import type { Context } from 'hono';
import type * as z from 'zod/mini';
import { readGrant } from '../../authentication/read-grant.ts';
import type { Dependencies, Variables } from '../../context.ts';
import { endpoint } from '../../http/endpoint.ts';
import { password } from '../../http/fields.ts';
import { callHash } from '../../http/idempotency.ts';
import { presentedDevice } from '../../http/known-device.ts';
import { goodGrant, withGrant } from '../../http/presented-grant.ts';
import { requestMetadata } from '../../http/request-metadata.ts';
import { refuseWeakPassword } from '../../passwords/accept.ts';
import { lookAtReset, resetPassword } from './reset-statements.ts';

export const reset = endpoint(
  {
    route: 'POST /api/auth/reset-password',
    access: 'anybody',
    limit: 'login',
    takesKey: true,
    body: () => withGrant({ password: password() }),
    trips: 2,
  },
  (dependencies) =>
    async ({ context, body }) => {
      await choosePassword(context, dependencies, body);
      return context.body(null, 204);
    },
);

/**
 * For the endpoint and the page.
 *
 * @throws Problem `invalid-code`, `invalid-token`, `weak-password` or `too-many-requests`.
 */
export async function choosePassword(
  context: Context<{ Variables: Variables }>,
  dependencies: Dependencies,
  given: z.infer<ReturnType<typeof reset.body>>,
): Promise<void> {
  const { database, passwords, now, newId } = dependencies;
  const { presented } = await readGrant(given, ['reset-password'], dependencies);
  const device = await presentedDevice(context, given.known_device, dependencies);
  const presentation = {
    callHash: (await callHash(context, dependencies)) ?? newId(),
    deviceId: device?.deviceId ?? null,
    now: now(),
  };
  const found = goodGrant(context, await lookAtReset(database, presented, presentation), dependencies);
  if (found.outcome === 'repeated') return;
  await refuseWeakPassword(given.password, dependencies, { context: [found.email, found.name] });
  const used = await resetPassword(database, presented, {
    ...presentation,
    use: newId(),
    passwordHash: await passwords.hash(given.password),
    origin: requestMetadata(context),
    mailId: newId(),
  });
  goodGrant(context, used, dependencies);
  context.set('mailIsDue', true);
}
