// POST /api/auth/reset-password: a mailed grant for a new password. A refused password does not spend the grant.

import { refuseWeakPassword } from '../../http/chosen-password.ts';
import { requestOrigin } from '../../http/device.ts';
import { password } from '../../http/fields.ts';
import { jsonBody } from '../../http/json-body.ts';
import { hashedGrant, withGrant } from '../../http/presented-grant.ts';
import { limitedByNetwork, withinLimit } from '../../http/rate-limit.ts';
import type { Endpoint } from '../../http/router.ts';
import { Problem } from '../../problems.ts';
import { resetPassword } from './statements.ts';

export const Reset = withGrant({ password });

export const reset: Endpoint = (router, { config, database, grantKeys, limits, passwords, now, newId }) => {
  router.post(
    '/api/auth/reset-password',
    limitedByNetwork(limits.login),
    jsonBody(Reset),
    async (context) => {
      const given = context.req.valid('json');
      if (given.email !== undefined) await withinLimit(limits.address, `code ${given.email}`);
      refuseWeakPassword(given.password, { config, context: given.email === undefined ? [] : [given.email] });
      const isGood = await resetPassword(database, await hashedGrant(given, ['reset-password'], grantKeys), {
        passwordHash: await passwords.hash(given.password),
        origin: requestOrigin(context),
        eventId: newId(),
        mailId: newId(),
        now: now(),
      });
      if (!isGood) throw new Problem('invalid-token');
      context.set('mailIsDue', true);
      return context.body(null, 204);
    },
  );
};
