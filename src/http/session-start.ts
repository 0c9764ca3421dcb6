// What a session starts with, as this request shows it; and the answer that carries its tokens.

import type { Context } from 'hono';
import type { Dependencies } from '../context.ts';
import type { SessionStart } from '../sessions/start.ts';
import type { NewestToken } from '../sessions/state.ts';
import { claimsOf, issueTokens } from '../sessions/tokens.ts';
import { sealKnownDevice } from '../tokens/known-device.ts';
import { requestOrigin } from './device.ts';
import type { PresentedDevice } from './known-device.ts';
import { networkOf } from './rate-limit.ts';
import { type TokenDelivery, tokenResponse } from './token-response.ts';

export function sessionStart(
  context: Context,
  { config, newId }: Pick<Dependencies, 'config' | 'newId'>,
  {
    device,
    deviceName,
    now,
  }: { device: PresentedDevice | undefined; deviceName: string | undefined; now: Date },
): SessionStart & { readonly sessionId: string } {
  const origin = requestOrigin(context);
  const after = (seconds: number) => new Date(now.getTime() + seconds * 1000);
  return {
    sessionId: newId(),
    newDeviceId: newId(),
    presentedDeviceId: device?.deviceId ?? null,
    deviceName: deviceName ?? null,
    origin,
    network: origin.ip === null ? null : networkOf(origin.ip),
    now,
    expiresAt: after(Math.min(config.refreshTokenSeconds, config.sessionMaxAgeSeconds)),
    absoluteExpiresAt: after(config.sessionMaxAgeSeconds),
  };
}

/** A session that a statement has started, or found again for a repetition of the call. */
export type StartedSession = NewestToken & {
  readonly session_id: string;
  readonly user_id: string;
  readonly device_id: string;
};

export async function sessionStarted(
  context: Context,
  dependencies: Dependencies,
  started: StartedSession,
  {
    delivery,
    device,
    now,
  }: {
    readonly delivery: TokenDelivery;
    readonly device: PresentedDevice | undefined;
    readonly now: Date;
  },
): Promise<Response> {
  const { session_id: sessionId, user_id: userId, device_id: deviceId } = started;
  const claims = claimsOf(dependencies.config, { id: sessionId, userId, newest: started, now });
  const [tokens, knownDevice] = await Promise.all([
    issueTokens(dependencies, claims),
    sealKnownDevice(dependencies.dataKeys, { deviceId, userId }, now),
  ]);
  // What a cookie holds, no script gets to see.
  const isInCookie = device?.cameByCookie && device.deviceId === deviceId && delivery === 'body';
  return tokenResponse(context, isInCookie ? tokens : { ...tokens, knownDevice }, { sessionId, delivery });
}
