// Rate limits by account, session and address. Workers' bindings count them: approximately, and without a round trip.

import { rateLimitSeconds } from '../bounds.ts';
import type { Dependencies, Limiter } from '../context.ts';
import { Problem } from '../problems.ts';
import type { KnownDevice } from '../tokens/known-device.ts';

/** @throws Problem `too-many-requests` with how long to wait. */
export async function withinLimit(limiter: Limiter, key: string): Promise<void> {
  if (await limiter(key)) return;
  throw tooManyRequests(rateLimitSeconds);
}

/** Writes of one session. @throws Problem `too-many-requests`. */
export function withinWrites(
  { write }: Pick<Dependencies['limits'], 'write'>,
  { sessionId }: { readonly sessionId: string },
): Promise<void> {
  return withinLimit(write, `write ${sessionId}`);
}

export function tooManyRequests(retryAfterSeconds: number): Problem {
  return new Problem('too-many-requests', { retryAfterSeconds });
}

/**
 * The key of a limit by e-mail address. A known device has a key of its own, so that strangers do not use up the
 * owner's attempts. A device of another account gains nothing: at this address it is one device like any other.
 */
export function limitKey(what: string, email: string, device: KnownDevice | undefined): string {
  return device ? `${what} ${email} ${device.deviceId}` : `${what} ${email}`;
}
