// POST /api/auth/login: a password for a session. Unknown address and wrong password are one answer in one time.

import * as z from 'zod/mini';
import { requestOrigin } from '../../http/device.ts';
import { emailAddress, line, password } from '../../http/fields.ts';
import { jsonBody } from '../../http/json-body.ts';
import type { Endpoint } from '../../http/router.ts';
import { Problem } from '../../problems.ts';
import { findAccountByEmail, startSession } from './statements.ts';
import { tokenResponse } from './token-response.ts';

export const Credentials = z.object({
  email: emailAddress,
  password,
  device_name: z.optional(line(100)),
});

export const login: Endpoint = (router, dependencies) => {
  const { database, passwords, config, now, newId } = dependencies;

  router.post('/api/auth/login', jsonBody(Credentials), async (context) => {
    const credentials = context.req.valid('json');
    const account = await findAccountByEmail(database, credentials.email);
    const { matches } = await passwords.verify(
      credentials.password,
      account?.password_hash ?? passwords.decoy,
    );
    if (!account || !matches) throw new Problem('invalid-credentials');
    if (!account.email_verified) throw new Problem('email-not-verified');

    const start = now();
    const absoluteExpiresAt = after(start, config.sessionMaxAgeSeconds);
    const sessionId = newId();
    const newest = await startSession(database, {
      sessionId,
      userId: account.id,
      checkedHash: account.password_hash,
      now: start,
      expiresAt: after(start, Math.min(config.refreshTokenSeconds, config.sessionMaxAgeSeconds)),
      absoluteExpiresAt,
      deviceName: credentials.device_name ?? null,
      ...requestOrigin(context),
    });
    // The password was changed, or the account deleted, between the two statements.
    if (!newest) throw new Problem('invalid-credentials');
    return tokenResponse(context, dependencies, { id: sessionId, userId: account.id, newest, now: start });
  });
};

function after(time: Date, seconds: number): Date {
  return new Date(time.getTime() + seconds * 1000);
}
