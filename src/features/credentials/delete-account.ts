// DELETE /api/users/me: the account and all that hangs on it, gone.

import * as z from 'zod/mini';
import { authenticated } from '../../http/authenticate.ts';
import { confirmPassword } from '../../http/confirmed-password.ts';
import { password } from '../../http/fields.ts';
import { jsonBody } from '../../http/json-body.ts';
import { limitedByNetwork } from '../../http/rate-limit.ts';
import type { Endpoint } from '../../http/router.ts';
import { clearTokenCookies } from '../../http/token-cookies.ts';
import { Problem } from '../../problems.ts';
import { deleteAccount as deleteStoredAccount } from './statements.ts';

export const Deletion = z.object({ password });

export const deleteAccount: Endpoint = (router, dependencies) => {
  const { database, limits, now, newId } = dependencies;

  router.delete(
    '/api/users/me',
    limitedByNetwork(limits.login),
    authenticated(dependencies),
    jsonBody(Deletion),
    async (context) => {
      const caller = { ...context.get('access'), now: now() };
      const { password_version } = await confirmPassword(
        dependencies,
        caller,
        context.req.valid('json').password,
      );
      const isDeleted = await deleteStoredAccount(database, {
        ...caller,
        passwordVersion: password_version,
        mailId: newId(),
      });
      if (!isDeleted) {
        throw new Problem('invalid-credentials', { headers: { 'WWW-Authenticate': 'Bearer' } });
      }
      context.set('mailIsDue', true);
      clearTokenCookies(context);
      return context.body(null, 204);
    },
  );
};
