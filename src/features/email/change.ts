// POST /api/users/me/email: asks for another address. It takes effect once it is confirmed through verify-email.

import * as z from 'zod/mini';
import { confirmPassword } from '../../authentication/confirm-password.ts';
import { orEnded, refusedCaller } from '../../authentication/refused-caller.ts';
import { maySignUp } from '../../authentication/sign-up.ts';
import { endpoint } from '../../http/endpoint.ts';
import { emailAddress, optional, password } from '../../http/fields.ts';
import { callHash } from '../../http/idempotency.ts';
import { localeOf, requestMetadata } from '../../http/request-metadata.ts';
import { requestedMailResponse } from '../../http/requested-mail-response.ts';
import { Problem } from '../../problems.ts';
import { requestEmailChange } from './change-statements.ts';

const emailChange = () => z.object({ new_email: emailAddress(), password: optional(password()) });

export const changeEmail = endpoint(
  {
    route: 'POST /api/users/me/email',
    access: 'session',
    recent: 'or-password',
    limit: 'mail',
    takesKey: true,
    body: emailChange,
    trips: 2,
  },
  (dependencies) => {
    const { config, database, newId } = dependencies;

    return async ({ context, body, caller }) => {
      const { new_email, password } = body;
      // Where domains are named, one person could fill accounts for any number of others. Where nobody signs up, nobody does by this.
      if (config.signUp.length > 0 && !maySignUp(config, new_email))
        throw await orEnded(database, caller, new Problem('sign-up-closed'));
      const confirmed =
        password === undefined
          ? {}
          : { passwordVersion: (await confirmPassword(dependencies, caller, password)).password_version };
      const mail = await requestEmailChange(database, {
        ...caller,
        ...confirmed,
        purpose: 'change-email',
        newId: newId(),
        callHash: await callHash(context, dependencies),
        newEmail: new_email,
        locale: localeOf(context),
        origin: requestMetadata(context),
        eventId: newId(),
        noticeId: newId(),
      });
      if (!mail)
        throw password === undefined
          ? await refusedCaller(dependencies, caller)
          : new Problem('invalid-credentials');
      return requestedMailResponse(context, dependencies, mail, 'change-email');
    };
  },
);
