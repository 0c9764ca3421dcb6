// POST /api/auth/email-code: mails a code to sign in with. User enumeration: the same answer, work and mail for any address.

import * as z from 'zod/mini';
import { limitKey, withinLimit } from '../../authentication/limits.ts';
import { endpoint } from '../../http/endpoint.ts';
import { emailAddress, knownDevice, localeField, optional } from '../../http/fields.ts';
import { callHash } from '../../http/idempotency.ts';
import { presentedDevice } from '../../http/known-device.ts';
import { localeOf } from '../../http/request-metadata.ts';
import { requestedMailResponse } from '../../http/requested-mail-response.ts';
import { requestSignInCode } from './request-code-statements.ts';

const codeRequest = () =>
  z.object({
    email: emailAddress(),
    locale: optional(localeField()),
    known_device: knownDevice(),
  });

export const requestCode = endpoint(
  {
    route: 'POST /api/auth/email-code',
    access: 'anybody',
    limit: 'mail',
    takesKey: true,
    body: codeRequest,
    trips: 1,
    isSwitchedOn: ({ emailCodes }) => emailCodes,
  },
  (dependencies) => {
    const { config, database, limits, now, newId } = dependencies;

    return async ({ context, body }) => {
      const { email, locale, known_device } = body;
      const device = await presentedDevice(context, known_device, dependencies);
      await withinLimit(limits.address, limitKey('mail', email, device));
      const mail = await requestSignInCode(database, {
        purpose: 'sign-in',
        newId: newId(),
        callHash: await callHash(context, dependencies),
        now: now(),
        email,
        deviceId: device?.deviceId ?? null,
        locale: localeOf(context, locale),
        signUp: config.signUp,
      });
      return requestedMailResponse(context, dependencies, mail, 'sign-in');
    };
  },
);
