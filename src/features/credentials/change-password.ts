// POST /api/auth/change-password: the old password for a new one; every other session ends.

import * as z from 'zod/mini';
import { authenticated } from '../../http/authenticate.ts';
import { refuseWeakPassword } from '../../http/chosen-password.ts';
import { confirmPassword } from '../../http/confirmed-password.ts';
import { requestOrigin } from '../../http/device.ts';
import { password } from '../../http/fields.ts';
import { jsonBody } from '../../http/json-body.ts';
import { limitedByNetwork } from '../../http/rate-limit.ts';
import type { Endpoint } from '../../http/router.ts';
import { Problem } from '../../problems.ts';
import { changePassword as changeStoredPassword, forgetAttempts } from './statements.ts';

export const PasswordChange = z.object({ current_password: password, new_password: password });

export const changePassword: Endpoint = (router, dependencies) => {
  const { database, limits, passwords, now, newId } = dependencies;

  router.post(
    '/api/auth/change-password',
    limitedByNetwork(limits.login),
    authenticated(dependencies),
    jsonBody(PasswordChange),
    async (context) => {
      const { current_password, new_password } = context.req.valid('json');
      const caller = { ...context.get('access'), now: now() };
      const { password_hash, email, name } = await confirmPassword(dependencies, caller, current_password);
      await refuseWeakPassword(new_password, dependencies, {
        context: [email, name],
        pointer: '/new_password',
      }).catch(async (refusal: unknown) => {
        await forgetAttempts(database, caller);
        throw refusal;
      });
      const isChanged = await changeStoredPassword(database, {
        ...caller,
        checkedHash: password_hash,
        passwordHash: await passwords.hash(new_password),
        origin: requestOrigin(context),
        eventId: newId(),
        mailId: newId(),
      });
      // Another change came between the two statements.
      if (!isChanged) throw new Problem('invalid-credentials', { headers: { 'WWW-Authenticate': 'Bearer' } });
      context.set('mailIsDue', true);
      return context.body(null, 204);
    },
  );
};
