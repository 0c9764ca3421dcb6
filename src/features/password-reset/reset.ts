// POST /api/auth/reset-password: a mailed grant for a new password. A refused password does not spend the grant.

import type { Context } from 'hono';
import type * as z from 'zod/mini';
import { refuseWeakPassword } from '../../http/chosen-password.ts';
import { requestOrigin } from '../../http/device.ts';
import { password } from '../../http/fields.ts';
import { jsonBody } from '../../http/json-body.ts';
import { hashedGrant, withGrant } from '../../http/presented-grant.ts';
import { limitedByNetwork, withinLimit } from '../../http/rate-limit.ts';
import type { Dependencies, Endpoint, Variables } from '../../http/router.ts';
import { Problem } from '../../problems.ts';
import { resetPassword } from './statements.ts';

export const Reset = withGrant({ password });

export const reset: Endpoint = (router, dependencies) => {
  router.post(
    '/api/auth/reset-password',
    limitedByNetwork(dependencies.limits.login),
    jsonBody(Reset),
    async (context) => {
      await choosePassword(context, dependencies, context.req.valid('json'));
      return context.body(null, 204);
    },
  );
};

/**
 * What the endpoint and the page have in common.
 *
 * @throws Problem `weak-password`, `invalid-token` or `too-many-requests`.
 */
export async function choosePassword(
  context: Context<{ Variables: Variables }>,
  dependencies: Dependencies,
  given: z.infer<typeof Reset>,
): Promise<void> {
  const { database, dataKeys, limits, passwords, now, newId } = dependencies;
  if (given.email !== undefined) await withinLimit(limits.address, `code ${given.email}`);
  await refuseWeakPassword(given.password, dependencies, {
    context: given.email === undefined ? [] : [given.email],
  });
  const isGood = await resetPassword(database, await hashedGrant(given, ['reset-password'], dataKeys), {
    passwordHash: await passwords.hash(given.password),
    origin: requestOrigin(context),
    eventId: newId(),
    mailId: newId(),
    now: now(),
  });
  if (!isGood) throw new Problem('invalid-token');
  context.set('mailIsDue', true);
}
