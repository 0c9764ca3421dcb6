// DELETE /api/users/me: the account and all that hangs on it, gone. Takes the password, or a recent sign-in and no body.

import * as z from 'zod/mini';
import { authenticated, recentSignInRequired, sessionEnded } from '../../http/authenticate.ts';
import { confirmPassword } from '../../http/confirmed-password.ts';
import { optional, password } from '../../http/fields.ts';
import { jsonBody } from '../../http/json-body.ts';
import { limitedByNetwork } from '../../http/rate-limit.ts';
import type { Endpoint } from '../../http/router.ts';
import { clearTokenCookies } from '../../http/token-cookies.ts';
import { Problem } from '../../problems.ts';
import { deleteAccount as deleteStoredAccount } from './delete-statements.ts';

export const Deletion = z.object({ password: optional(password) });

export const deleteAccount: Endpoint = (router, dependencies) => {
  const { database, limits, now, newId } = dependencies;

  router.delete(
    '/api/users/me',
    limitedByNetwork(limits.login),
    authenticated(dependencies),
    jsonBody(Deletion),
    async (context) => {
      const caller = { ...context.get('access'), now: now() };
      const { password } = context.req.valid('json');
      const confirmed =
        password === undefined
          ? {}
          : { passwordVersion: (await confirmPassword(dependencies, caller, password)).password_version };
      const outcome = await deleteStoredAccount(database, { ...caller, ...confirmed, mailId: newId() });
      if (outcome === 'caller-ended') throw sessionEnded();
      if (outcome === 'unconfirmed') {
        if (password === undefined) throw recentSignInRequired();
        throw new Problem('invalid-credentials', { headers: { 'WWW-Authenticate': 'Bearer' } });
      }
      context.set('mailIsDue', true);
      clearTokenCookies(context);
      return context.body(null, 204);
    },
  );
};
