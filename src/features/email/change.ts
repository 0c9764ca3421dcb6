// POST /api/users/me/email: asks for another address, which takes effect when it is confirmed through verify-email.

import * as z from 'zod/mini';
import { authenticated } from '../../http/authenticate.ts';
import { confirmPassword } from '../../http/confirmed-password.ts';
import { requestOrigin } from '../../http/device.ts';
import { emailAddress, password } from '../../http/fields.ts';
import { callHash } from '../../http/idempotency.ts';
import { jsonBody } from '../../http/json-body.ts';
import { limitedByNetwork } from '../../http/rate-limit.ts';
import { askedResponse } from '../../http/request-handle.ts';
import type { Endpoint } from '../../http/router.ts';
import { Problem } from '../../problems.ts';
import { requestEmailChange } from './change-statements.ts';

export const EmailChange = z.object({ new_email: emailAddress, password });

export const changeEmail: Endpoint = (router, dependencies) => {
  const { database, limits, now, newId } = dependencies;

  router.post(
    '/api/users/me/email',
    limitedByNetwork(limits.mail),
    authenticated(dependencies),
    jsonBody(EmailChange),
    async (context) => {
      const { new_email, password } = context.req.valid('json');
      const caller = { ...context.get('access'), now: now() };
      const { password_version } = await confirmPassword(dependencies, caller, password);
      const asked = await requestEmailChange(database, {
        ...caller,
        purpose: 'change-email',
        newId: newId(),
        callHash: await callHash(context, dependencies),
        newEmail: new_email,
        passwordVersion: password_version,
        origin: requestOrigin(context),
        eventId: newId(),
        noticeId: newId(),
      });
      if (!asked) throw new Problem('invalid-credentials', { headers: { 'WWW-Authenticate': 'Bearer' } });
      return askedResponse(context, dependencies, asked, 'change-email');
    },
  );
};
