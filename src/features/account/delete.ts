// DELETE /api/users/me: the account and all that hangs on it, gone. Takes the password, or a recent sign-in and no body.

import * as z from 'zod/mini';
import { recentSignInRequired, sessionEnded } from '../../http/authenticate.ts';
import { confirmPassword } from '../../http/confirmed-password.ts';
import { endpoint } from '../../http/endpoint.ts';
import { optional, password } from '../../http/fields.ts';
import { clearTokenCookies } from '../../http/token-cookies.ts';
import { Problem } from '../../problems.ts';
import { deleteAccount as deleteStoredAccount } from './delete-statements.ts';

const deletion = () => z.object({ password: optional(password()) });

export const deleteAccount = endpoint(
  { route: 'DELETE /api/users/me', access: 'session', limit: 'login', body: deletion, trips: 2 },
  (dependencies) => {
    const { database, newId } = dependencies;

    return async ({ context, body, caller }) => {
      const { password } = body;
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
    };
  },
);
