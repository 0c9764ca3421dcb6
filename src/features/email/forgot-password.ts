// POST /api/auth/forgot-password: a mail with a link and a code, if somebody has the address; the same answer for any.

import * as z from 'zod/mini';
import { emailAddress, signedToken } from '../../http/fields.ts';
import { callHash } from '../../http/idempotency.ts';
import { jsonBody } from '../../http/json-body.ts';
import { limitKey, presentedDevice } from '../../http/known-device.ts';
import { limitedByNetwork, withinLimit } from '../../http/rate-limit.ts';
import { askedResponse } from '../../http/request-handle.ts';
import type { Endpoint } from '../../http/router.ts';
import { requestPasswordReset } from './reset-statements.ts';

export const Forgotten = z.object({ email: emailAddress, known_device: z.optional(signedToken) });

export const forgot: Endpoint = (router, dependencies) => {
  const { database, limits, now, newId } = dependencies;

  router.post(
    '/api/auth/forgot-password',
    limitedByNetwork(limits.mail),
    jsonBody(Forgotten),
    async (context) => {
      const { email, known_device } = context.req.valid('json');
      const device = await presentedDevice(context, known_device, dependencies);
      await withinLimit(limits.address, limitKey('mail', email, device));
      const asked = await requestPasswordReset(database, {
        purpose: 'reset-password',
        newId: newId(),
        callHash: await callHash(context, dependencies),
        now: now(),
        email,
        deviceId: device?.deviceId ?? null,
      });
      return askedResponse(context, dependencies, asked, 'reset-password');
    },
  );
};
