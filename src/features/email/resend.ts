// POST /api/auth/resend-verification: another mail for who mislaid the first, by the handle of its request.

import * as z from 'zod/mini';
import { signedToken } from '../../http/fields.ts';
import { callHash } from '../../http/idempotency.ts';
import { jsonBody } from '../../http/json-body.ts';
import { presentedDevice } from '../../http/known-device.ts';
import { limitedByNetwork, withinLimit } from '../../http/rate-limit.ts';
import { askedResponse, openHandle } from '../../http/request-handle.ts';
import type { Endpoint } from '../../http/router.ts';
import { Problem } from '../../problems.ts';
import { resendMail } from './resend-statements.ts';

export const Resend = z.object({ request: signedToken, known_device: z.optional(signedToken) });

export const resend: Endpoint = (router, dependencies) => {
  const { database, limits, now, newId } = dependencies;

  router.post(
    '/api/auth/resend-verification',
    limitedByNetwork(limits.mail),
    jsonBody(Resend),
    async (context) => {
      const { request, known_device } = context.req.valid('json');
      const handle = await openHandle(request, dependencies);
      if (!handle) throw new Problem('invalid-token');
      await withinLimit(limits.address, `mail ${handle.requestId}`);
      const device = await presentedDevice(context, known_device, dependencies);
      const asked = await resendMail(database, {
        ...handle,
        deviceId: device?.deviceId ?? null,
        newId: newId(),
        callHash: await callHash(context, dependencies),
        now: now(),
      });
      return askedResponse(context, dependencies, asked, handle.purpose);
    },
  );
};
