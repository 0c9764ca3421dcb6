// The known device that a request brings, in its body or in its cookie. A wrong one is none: it makes no other difference.

import type { Context } from 'hono';
import { type KnownDevice, openKnownDevice } from '../tokens/known-device.ts';
import type { Dependencies } from './router.ts';
import { knownDeviceFromCookie } from './token-cookies.ts';

export async function presentedDevice(
  context: Context,
  fromBody: string | undefined,
  { dataKeys, now }: Pick<Dependencies, 'dataKeys' | 'now'>,
): Promise<KnownDevice | undefined> {
  return openKnownDevice(dataKeys, fromBody ?? knownDeviceFromCookie(context), now());
}

/** What a limit at the edge counts by: an address, and a device that its owner may have signed in on apart from it. */
export function limitKey(what: string, email: string, device: KnownDevice | undefined): string {
  return device ? `${what} ${email} ${device.deviceId}` : `${what} ${email}`;
}
