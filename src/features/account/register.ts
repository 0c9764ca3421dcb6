// POST /api/auth/register: asks for an account. User enumeration: the same answer in the same time, whether or not
// the address is taken. Pre-hijacking: there is no account yet, and whoever proves the address chooses the password.

import * as z from 'zod/mini';
import { limitKey, withinLimit } from '../../authentication/limits.ts';
import { maySignUp } from '../../authentication/sign-up.ts';
import { endpoint } from '../../http/endpoint.ts';
import {
  emailAddress,
  line,
  localeField,
  optional,
  password,
  photoAddress,
  signedToken,
} from '../../http/fields.ts';
import { callHash } from '../../http/idempotency.ts';
import { presentedDevice } from '../../http/known-device.ts';
import { metadataField } from '../../http/metadata-field.ts';
import { localeOf } from '../../http/request-metadata.ts';
import { requestedMailResponse } from '../../http/requested-mail-response.ts';
import { refuseWeakPassword } from '../../passwords/accept.ts';
import { Problem } from '../../problems.ts';
import { requestRegistration } from './register-statements.ts';

const registration = () =>
  z.object({
    email: emailAddress(),
    /** Checked early, for the form, and not stored. */
    password: z.optional(password()),
    name: line(100),
    photo: z.optional(z.nullable(photoAddress())),
    locale: optional(localeField()),
    metadata: optional(metadataField()),
    known_device: z.optional(signedToken()),
  });

export const register = endpoint(
  {
    route: 'POST /api/auth/register',
    access: 'anybody',
    limit: 'mail',
    takesKey: true,
    body: registration,
    trips: 1,
  },
  (dependencies) => {
    const { config, database, limits, now, newId } = dependencies;

    return async ({ context, body }) => {
      const { email, name, photo, known_device, ...early } = body;
      // User enumeration: by what is typed alone, whoever has the address.
      if (!maySignUp(config, email)) throw new Problem('sign-up-closed');
      const device = await presentedDevice(context, known_device, dependencies);
      await withinLimit(limits.address, limitKey('mail', email, device));
      if (early.password !== undefined)
        await refuseWeakPassword(early.password, dependencies, { context: [email, name] });
      const mail = await requestRegistration(database, {
        purpose: 'register',
        newId: newId(),
        callHash: await callHash(context, dependencies),
        now: now(),
        email,
        deviceId: device?.deviceId ?? null,
        name,
        photo: photo ?? null,
        locale: localeOf(context, early.locale),
        metadata: early.metadata,
      });
      return requestedMailResponse(context, dependencies, mail, 'register');
    };
  },
);
