// The known device that a request brings: in its body, or in a browser's cookie where the body has none.

import type { Context } from 'hono';
import { type KnownDevice, openKnownDevice } from '../tokens/known-device.ts';
import type { Dependencies } from './router.ts';
import { knownDeviceFromCookie } from './token-cookies.ts';

export type PresentedDevice = KnownDevice & { readonly cameByCookie: boolean };

/** Nothing for a device that nobody knows. Whether it is known still, and to this account, is for the statement to see. */
export async function presentedDevice(
  context: Context,
  given: string | undefined,
  { dataKeys, now }: Pick<Dependencies, 'dataKeys' | 'now'>,
): Promise<PresentedDevice | undefined> {
  const device = await openKnownDevice(dataKeys, given ?? knownDeviceFromCookie(context), now());
  return device && { ...device, cameByCookie: given === undefined };
}
