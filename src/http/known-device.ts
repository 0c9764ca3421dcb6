// The known device that a request brings: in its body, or in a browser's cookie where the body has none. A wrong one is none.

import type { Context } from 'hono';
import type { Dependencies } from '../context.ts';
import { type KnownDevice, openKnownDevice } from '../tokens/known-device.ts';
import { knownDeviceFromCookie } from './token-cookies.ts';

export type PresentedDevice = KnownDevice & { readonly cameByCookie: boolean };

/** Whether it is known still, and to this account, is for the statement to see. */
export async function presentedDevice(
  context: Context,
  given: string | undefined,
  { dataKeys, now }: Pick<Dependencies, 'dataKeys' | 'now'>,
): Promise<PresentedDevice | undefined> {
  const device = await openKnownDevice(dataKeys, given ?? knownDeviceFromCookie(context), now());
  return device && { ...device, cameByCookie: given === undefined };
}

/**
 * What a limit at the edge counts by: strangers do not use up the owner's tries, and somebody's own device wins nothing at another
 * address, where it counts for one.
 */
export function limitKey(what: string, email: string, device: KnownDevice | undefined): string {
  return device ? `${what} ${email} ${device.deviceId}` : `${what} ${email}`;
}
