// POST /api/auth/login: a password for a session. Unknown address, wrong password and a pause are one answer in one time.

import * as z from 'zod/mini';
import { requestOrigin } from '../../http/device.ts';
import { deviceName, emailAddress, optional, password } from '../../http/fields.ts';
import { jsonBody } from '../../http/json-body.ts';
import { limitedByNetwork, withinLimit } from '../../http/rate-limit.ts';
import type { Endpoint } from '../../http/router.ts';
import { requireOwnOrigin } from '../../http/token-cookies.ts';
import { claimsOf, issueTokens, tokenDelivery, tokenResponse } from '../../http/token-response.ts';
import { Problem } from '../../problems.ts';
import { beginLogin, completeLogin, recordFailedLogin } from './statements.ts';

export const Credentials = z.object({
  email: emailAddress,
  password,
  device_name: deviceName,
  token_delivery: optional(tokenDelivery),
});

export const login: Endpoint = (router, dependencies) => {
  const { database, limits, passwords, config, now, newId } = dependencies;

  router.post('/api/auth/login', limitedByNetwork(limits.login), jsonBody(Credentials), async (context) => {
    const { email, device_name, token_delivery = 'body', ...given } = context.req.valid('json');
    // Or a stranger's page could sign its visitors in as somebody else.
    if (token_delivery === 'cookie') requireOwnOrigin(context, config);
    await withinLimit(limits.address, `password ${email}`);

    const origin = requestOrigin(context);
    const candidate = await beginLogin(database, { email, now: now() });
    const { id: userId, password_hash: checkedHash, counts } = candidate;
    const verification = await passwords.verify(given.password, checkedHash ?? passwords.decoy);
    const start = now();
    const isTheirs = counts && userId !== null && checkedHash !== null && verification.matches;
    if (!isTheirs || !candidate.email_verified) {
      await recordFailedLogin(database, { email, counts, origin, eventId: newId(), now: start });
      throw new Problem(isTheirs ? 'email-not-verified' : 'invalid-credentials');
    }

    const sessionId = newId();
    const newest = await completeLogin(database, {
      sessionId,
      userId,
      checkedHash,
      newHash: verification.needsRehash ? await passwords.hash(given.password) : null,
      now: start,
      expiresAt: after(start, Math.min(config.refreshTokenSeconds, config.sessionMaxAgeSeconds)),
      absoluteExpiresAt: after(start, config.sessionMaxAgeSeconds),
      deviceName: device_name ?? null,
      origin,
      eventId: newId(),
    });
    // The password was changed, or the account deleted, between the two statements.
    if (!newest) throw new Problem('invalid-credentials');
    if (newest.mail_is_due) context.set('mailIsDue', true);
    const claims = claimsOf(config, { id: sessionId, userId, newest, now: start });
    const tokens = await issueTokens(dependencies, claims);
    return tokenResponse(context, tokens, { sessionId, delivery: token_delivery });
  });
};

function after(time: Date, seconds: number): Date {
  return new Date(time.getTime() + seconds * 1000);
}
