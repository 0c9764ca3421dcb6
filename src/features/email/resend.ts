// POST /api/auth/resend-verification: sends the mail of a request again, by its handle.

import * as z from 'zod/mini';
import { withinLimit } from '../../authentication/limits.ts';
import { openHandle } from '../../authentication/request-handle.ts';
import { endpoint } from '../../http/endpoint.ts';
import { signedToken } from '../../http/fields.ts';
import { callHash } from '../../http/idempotency.ts';
import { presentedDevice } from '../../http/known-device.ts';
import { localeOf } from '../../http/request-metadata.ts';
import { requestedMailResponse } from '../../http/requested-mail-response.ts';
import { Problem } from '../../problems.ts';
import { resendMail } from './resend-statements.ts';

export const resend = endpoint(
  {
    route: 'POST /api/auth/resend-verification',
    access: 'anybody',
    limit: 'mail',
    takesKey: true,
    body: () => z.object({ request: signedToken(), known_device: z.optional(signedToken()) }),
    trips: 1,
  },
  (dependencies) => {
    const { config, database, limits, now, newId } = dependencies;

    return async ({ context, body }) => {
      const { request, known_device } = body;
      const handle = await openHandle(request, dependencies);
      if (!handle) throw new Problem('invalid-token');
      await withinLimit(limits.address, `mail ${handle.requestId}`);
      const device = await presentedDevice(context, known_device, dependencies);
      const { requestId, purpose } = handle;
      const mail = await resendMail(
        database,
        { requestId },
        {
          purpose,
          deviceId: device?.deviceId ?? null,
          locale: localeOf(context),
          newId: newId(),
          callHash: await callHash(context, dependencies),
          now: now(),
          signUp: config.signUp,
        },
      );
      return requestedMailResponse(context, dependencies, mail, purpose);
    };
  },
);
