// POST /api/auth/resend-verification: another mail for who mislaid the first; the same answer for any address.

import * as z from 'zod/mini';
import { emailAddress } from '../../http/fields.ts';
import { jsonBody } from '../../http/json-body.ts';
import { limitedByNetwork, withinLimit } from '../../http/rate-limit.ts';
import type { Endpoint } from '../../http/router.ts';
import { queueVerification } from './statements.ts';

export const Resend = z.object({ email: emailAddress });

export const resend: Endpoint = (router, { database, limits, now, newId }) => {
  router.post(
    '/api/auth/resend-verification',
    limitedByNetwork(limits.mail),
    jsonBody(Resend),
    async (context) => {
      const { email } = context.req.valid('json');
      await withinLimit(limits.address, `mail ${email}`);
      await queueVerification(database, { email, mailId: newId(), now: now() });
      context.set('mailIsDue', true);
      return context.json({}, 202);
    },
  );
};
