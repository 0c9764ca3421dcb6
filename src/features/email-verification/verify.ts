// POST /api/auth/verify-email: the link's token, or the address and the code of the same mail.

import type { Context } from 'hono';
import type * as z from 'zod/mini';
import { requestOrigin } from '../../http/device.ts';
import { jsonBody } from '../../http/json-body.ts';
import { hashedGrant, withGrant } from '../../http/presented-grant.ts';
import { limitedByNetwork, withinLimit } from '../../http/rate-limit.ts';
import type { Dependencies, Endpoint } from '../../http/router.ts';
import { Problem } from '../../problems.ts';
import { provingPurposes, verifyEmail } from './statements.ts';

export const Verification = withGrant({});

export const verify: Endpoint = (router, dependencies) => {
  router.post(
    '/api/auth/verify-email',
    limitedByNetwork(dependencies.limits.login),
    jsonBody(Verification),
    async (context) => {
      await proveAddress(context, dependencies, context.req.valid('json'));
      return context.body(null, 204);
    },
  );
};

/** What the endpoint and the page have in common. @throws Problem `invalid-token` or `too-many-requests`. */
export async function proveAddress(
  context: Context,
  { database, dataKeys, limits, now, newId }: Dependencies,
  given: z.infer<typeof Verification>,
): Promise<void> {
  if (given.email !== undefined) await withinLimit(limits.address, `code ${given.email}`);
  const presented = await hashedGrant(given, provingPurposes, dataKeys);
  const origin = requestOrigin(context);
  const verified = await verifyEmail(database, presented, {
    origin,
    eventId: newId(),
    mailId: newId(),
    now: now(),
  });
  if (!verified) throw new Problem('invalid-token');
  if (verified.mail_is_due) context.set('mailIsDue', true);
}
