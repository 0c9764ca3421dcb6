// POST /api/auth/forgot-password: mails a link and a code. User enumeration: the same answer for any address.

import * as z from 'zod/mini';
import { limitKey, withinLimit } from '../../authentication/limits.ts';
import { endpoint } from '../../http/endpoint.ts';
import { emailAddress, signedToken } from '../../http/fields.ts';
import { callHash } from '../../http/idempotency.ts';
import { presentedDevice } from '../../http/known-device.ts';
import { localeOf } from '../../http/request-metadata.ts';
import { requestedMailResponse } from '../../http/requested-mail-response.ts';
import { requestPasswordReset } from './reset-statements.ts';

const forgotten = () => z.object({ email: emailAddress(), known_device: z.optional(signedToken()) });

export const forgot = endpoint(
  {
    route: 'POST /api/auth/forgot-password',
    access: 'anybody',
    limit: 'mail',
    takesKey: true,
    body: forgotten,
    trips: 1,
  },
  (dependencies) => {
    const { database, limits, now, newId } = dependencies;

    return async ({ context, body }) => {
      const { email, known_device } = body;
      const device = await presentedDevice(context, known_device, dependencies);
      await withinLimit(limits.address, limitKey('mail', email, device));
      const mail = await requestPasswordReset(database, {
        purpose: 'reset-password',
        newId: newId(),
        callHash: await callHash(context, dependencies),
        now: now(),
        email,
        deviceId: device?.deviceId ?? null,
        locale: localeOf(context),
      });
      return requestedMailResponse(context, dependencies, mail, 'reset-password');
    };
  },
);
