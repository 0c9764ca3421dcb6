// POST /api/auth/forgot-password: a mail with a link and a code, if somebody has the address; the same answer for any.

import * as z from 'zod/mini';
import { emailAddress } from '../../http/fields.ts';
import { jsonBody } from '../../http/json-body.ts';
import { limitedByNetwork, withinLimit } from '../../http/rate-limit.ts';
import type { Endpoint } from '../../http/router.ts';
import { queuePasswordReset } from './statements.ts';

export const Forgotten = z.object({ email: emailAddress });

export const forgot: Endpoint = (router, { database, limits, now, newId }) => {
  router.post(
    '/api/auth/forgot-password',
    limitedByNetwork(limits.mail),
    jsonBody(Forgotten),
    async (context) => {
      const { email } = context.req.valid('json');
      await withinLimit(limits.address, `mail ${email}`);
      await queuePasswordReset(database, { email, mailId: newId(), now: now() });
      context.set('mailIsDue', true);
      return context.json({}, 202);
    },
  );
};
