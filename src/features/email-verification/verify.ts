// POST /api/auth/verify-email: the link's token, or the address and the code of the same mail.

import { requestOrigin } from '../../http/device.ts';
import { jsonBody } from '../../http/json-body.ts';
import { hashedGrant, withGrant } from '../../http/presented-grant.ts';
import { limitedByNetwork, withinLimit } from '../../http/rate-limit.ts';
import type { Endpoint } from '../../http/router.ts';
import { Problem } from '../../problems.ts';
import { provingPurposes, verifyEmail } from './statements.ts';

export const Verification = withGrant({});

export const verify: Endpoint = (router, { database, grantKeys, limits, now, newId }) => {
  router.post(
    '/api/auth/verify-email',
    limitedByNetwork(limits.login),
    jsonBody(Verification),
    async (context) => {
      const given = context.req.valid('json');
      if (given.email !== undefined) await withinLimit(limits.address, `code ${given.email}`);
      const presented = await hashedGrant(given, provingPurposes, grantKeys);
      const origin = requestOrigin(context);
      const isGood = await verifyEmail(database, presented, { origin, eventId: newId(), now: now() });
      if (!isGood) throw new Problem('invalid-token');
      return context.body(null, 204);
    },
  );
};
