// A session that a request starts: what it starts with, and the answer with its tokens.

import type { Context } from 'hono';
import type { Dependencies } from '../context.ts';
import { networkOf } from '../sessions/network.ts';
import type { SessionStart } from '../sessions/start.ts';
import type { StartedSession } from '../sessions/state.ts';
import { claimsOf, issueTokens } from '../sessions/tokens.ts';
import { sealKnownDevice } from '../tokens/known-device.ts';
import type { Binding } from './dpop.ts';
import type { PresentedDevice } from './known-device.ts';
import { requestMetadata } from './request-metadata.ts';
import { type TokenDelivery, tokenResponse } from './token-response.ts';

type Parts = Pick<
  Dependencies,
  'accessTokenKeys' | 'config' | 'dataKeys' | 'dpopNonces' | 'newId' | 'now' | 'refreshTokenKeys'
>;

export function sessionStart(
  context: Context,
  { config, newId }: Pick<Dependencies, 'config' | 'newId'>,
  {
    device,
    deviceName,
    binding,
    now,
  }: {
    device: PresentedDevice | undefined;
    deviceName: string | undefined;
    binding: Binding;
    now: Date;
  },
): SessionStart & { readonly sessionId: string } {
  const origin = requestMetadata(context);
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
    dpopJkt: binding.jkt ?? null,
    dpopMode: binding.jkt === undefined ? null : (binding.mode ?? 'refresh'),
    roleClaim: config.roleClaim,
  };
}

/**
 * The token response of a session that has begun, with the device that it made known.
 *
 * @param answer.device the known device that the request brought, if any.
 */
export async function startedSessionResponse(
  context: Context,
  dependencies: Parts,
  started: StartedSession,
  answer: {
    readonly delivery: TokenDelivery;
    readonly device?: PresentedDevice | undefined;
    readonly now: Date;
  },
): Promise<Response> {
  const { session_id: sessionId, user_id: userId, device_id: deviceId } = started;
  const { delivery, device, now } = answer;
  const claims = claimsOf(dependencies.config, { id: sessionId, userId, newest: started, now });
  const [tokens, knownDevice] = await Promise.all([
    issueTokens(dependencies, claims),
    deviceId === null ? undefined : sealKnownDevice(dependencies.dataKeys, { deviceId, userId }, now),
  ]);
  // A token that is in a cookie stays out of the body, where scripts could read it.
  const isInCookie = device?.cameByCookie && device.deviceId === deviceId && delivery === 'body';
  const issued = isInCookie ? tokens : { ...tokens, knownDevice };
  return tokenResponse(context, dependencies, issued, { sessionId, delivery });
}
