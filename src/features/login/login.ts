// POST /api/auth/login: a password for a session. Unknown address, wrong password and a pause are one answer in one time.

import * as z from 'zod/mini';
import { requestOrigin } from '../../http/device.ts';
import { emailAddress, knownDevice, line, password } from '../../http/fields.ts';
import { callHash } from '../../http/idempotency.ts';
import { jsonBody } from '../../http/json-body.ts';
import { presentedDevice } from '../../http/known-device.ts';
import { limitedByNetwork, networkOf, withinLimit } from '../../http/rate-limit.ts';
import type { Endpoint } from '../../http/router.ts';
import { requireOwnOrigin } from '../../http/token-cookies.ts';
import { claimsOf, issueTokens, tokenDelivery, tokenResponse } from '../../http/token-response.ts';
import { Problem } from '../../problems.ts';
import { sealKnownDevice } from '../../tokens/known-device.ts';
import { beginLogin, forgetFailures, nobodysRows, recordFailedLogin } from './attempts/statements.ts';
import { decoyPlace } from './decoy-place.ts';
import { completeLogin } from './statements.ts';

export const Credentials = z.object({
  email: emailAddress,
  password,
  device_name: z.optional(line(100)),
  known_device: knownDevice,
  token_delivery: z._default(tokenDelivery, 'body'),
});

export const login: Endpoint = (router, dependencies) => {
  const { database, dataKeys, limits, passwords, config, now, newId, randomBytes } = dependencies;

  router.post('/api/auth/login', limitedByNetwork(limits.login), jsonBody(Credentials), async (context) => {
    const { email, device_name, known_device, token_delivery, ...given } = context.req.valid('json');
    // Or a stranger's page could sign its visitors in as somebody else.
    if (token_delivery === 'cookie') requireOwnOrigin(context, config);
    const call = await callHash(context, dependencies);
    const presented = await presentedDevice(context, known_device, dependencies);
    // Strangers do not use up the owner's tries; somebody's own device wins nothing at another address, where it counts for one.
    await withinLimit(limits.address, `password ${email}${presented ? ` ${presented.deviceId}` : ''}`);

    const origin = requestOrigin(context);
    const candidate = await beginLogin(database, {
      email,
      deviceId: presented?.deviceId ?? null,
      decoyPlace: await decoyPlace(dataKeys, email),
      call,
      now: now(),
    });
    const { id: userId, password_hash: checkedHash, device_id: deviceId, counts } = candidate;
    const verification = await passwords.verify(given.password, checkedHash ?? passwords.decoy);
    const start = now();
    if (!candidate.is_theirs || userId === null || checkedHash === null || !counts || !verification.matches) {
      await recordFailedLogin(database, {
        email,
        deviceId,
        checkedId: candidate.checked_id,
        isSomebodys: userId !== null,
        counts,
        isPaused: candidate.is_paused,
        nobodysRow: (randomBytes(1)[0] ?? 0) % nobodysRows,
        call,
        origin,
        now: start,
      });
      throw new Problem('invalid-credentials');
    }
    if (!candidate.email_verified) {
      await forgetFailures(database, { email, deviceId, userId });
      throw new Problem('email-not-verified');
    }

    const signIn = await completeLogin(database, {
      sessionId: newId(),
      newDeviceId: newId(),
      call,
      userId,
      deviceId,
      passwordVersion: candidate.password_version ?? 0,
      checkedHash,
      newHash: verification.needsRehash ? await passwords.hash(given.password) : null,
      now: start,
      expiresAt: after(start, Math.min(config.refreshTokenSeconds, config.sessionMaxAgeSeconds)),
      absoluteExpiresAt: after(start, config.sessionMaxAgeSeconds),
      deviceName: device_name ?? null,
      origin,
      network: origin.ip === null ? null : networkOf(origin.ip),
      eventId: newId(),
      mailId: newId(),
    });
    switch (signIn.outcome) {
      case 'refused':
        throw new Problem('invalid-credentials');
      case 'superseded':
        throw new Problem('refresh-superseded');
      case 'started': {
        if (signIn.mail_is_due) context.set('mailIsDue', true);
        const { session_id: sessionId, device_id } = signIn;
        const claims = claimsOf(config, { id: sessionId, userId, newest: signIn, now: start });
        const [tokens, device] = await Promise.all([
          issueTokens(dependencies, claims),
          sealKnownDevice(dataKeys, { deviceId: device_id, userId }, start),
        ]);
        // What a cookie holds, no script gets to see.
        const isInCookie = presented?.cameByCookie && presented.deviceId === device_id;
        return tokenResponse(
          context,
          isInCookie && token_delivery === 'body' ? tokens : { ...tokens, knownDevice: device },
          { sessionId, delivery: token_delivery },
        );
      }
    }
  });
};

function after(time: Date, seconds: number): Date {
  return new Date(time.getTime() + seconds * 1000);
}
