// POST /api/auth/register: the same answer in the same time, whether or not the address is taken.

import * as z from 'zod/mini';
import { refuseWeakPassword } from '../../http/chosen-password.ts';
import { emailAddress, line, password, photoAddress } from '../../http/fields.ts';
import { jsonBody } from '../../http/json-body.ts';
import { limitedByNetwork, withinLimit } from '../../http/rate-limit.ts';
import type { Endpoint } from '../../http/router.ts';
import { registerUser } from './statements.ts';

export const Registration = z.object({
  email: emailAddress,
  password,
  name: line(100),
  photo: z.optional(z.nullable(photoAddress)),
});

export const register: Endpoint = (router, dependencies) => {
  const { database, limits, passwords, now, newId } = dependencies;

  router.post(
    '/api/auth/register',
    limitedByNetwork(limits.mail),
    jsonBody(Registration),
    async (context) => {
      const { email, name, photo, ...chosen } = context.req.valid('json');
      await withinLimit(limits.address, `mail ${email}`);
      await refuseWeakPassword(chosen.password, dependencies, { context: [email, name] });
      await registerUser(database, {
        userId: newId(),
        email,
        passwordHash: await passwords.hash(chosen.password),
        name,
        photo: photo ?? null,
        mailId: newId(),
        now: now(),
      });
      context.set('mailIsDue', true);
      return context.json({}, 202);
    },
  );
};
