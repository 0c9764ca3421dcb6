// The answer that brings the session which took another's place: its tokens, and the device that it made known.

import type { Context } from 'hono';
import type { Dependencies } from '../context.ts';
import type { Successor } from '../sessions/succession.ts';
import { claimsOf, issueTokens } from '../sessions/tokens.ts';
import { sealKnownDevice } from '../tokens/known-device.ts';
import { type TokenDelivery, tokenResponse } from './token-response.ts';

type Parts = Pick<Dependencies, 'accessTokenKeys' | 'config' | 'dataKeys' | 'newId' | 'refreshTokenKeys'>;

type Answered = {
  readonly userId: string;
  readonly successor: Successor;
  readonly now: Date;
  readonly delivery: TokenDelivery;
};

export async function successorResponse(
  context: Context,
  dependencies: Parts,
  { userId, successor, now, delivery }: Answered,
): Promise<Response> {
  const { session_id: sessionId, device_id: deviceId } = successor;
  const claims = claimsOf(dependencies.config, { id: sessionId, userId, newest: successor, now });
  const tokens = await issueTokens(dependencies, claims);
  const knownDevice = deviceId && (await sealKnownDevice(dependencies.dataKeys, { deviceId, userId }, now));
  return tokenResponse(context, { ...tokens, ...(knownDevice && { knownDevice }) }, { sessionId, delivery });
}
