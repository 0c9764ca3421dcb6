// DELETE /api/users/me: deletes the account with all its data. Re-authentication: by the password, or by a recent
// sign-in.

import * as z from 'zod/mini';
import { confirmPassword } from '../../authentication/confirm-password.ts';
import { refusedCaller } from '../../authentication/refused-caller.ts';
import { endpoint } from '../../http/endpoint.ts';
import { optional, password } from '../../http/fields.ts';
import { clearTokenCookies } from '../../http/token-cookies.ts';
import { Problem } from '../../problems.ts';
import { deleteAccount as deleteStoredAccount } from './delete-statements.ts';

const deletion = () => z.object({ password: optional(password()) });

export const deleteAccount = endpoint(
  {
    route: 'DELETE /api/users/me',
    access: 'session',
    recent: 'or-password',
    limit: 'login',
    body: deletion,
    trips: 2,
  },
  (dependencies) => {
    const { database, newId } = dependencies;

    return async ({ context, body, caller }) => {
      const { password } = body;
      const confirmed =
        password === undefined
          ? {}
          : { passwordVersion: (await confirmPassword(dependencies, caller, password)).password_version };
      const outcome = await deleteStoredAccount(database, { ...caller, ...confirmed, mailId: newId() });
      if (outcome === 'unconfirmed' && password !== undefined) throw new Problem('invalid-credentials');
      // Or a guest has become somebody at this moment.
      if (outcome !== 'deleted') throw await refusedCaller(dependencies, caller);
      context.set('mailIsDue', true);
      context.set('providerCallIsDue', true);
      clearTokenCookies(context);
      return context.body(null, 204);
    };
  },
);
