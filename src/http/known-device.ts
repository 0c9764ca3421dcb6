// The known device that a request brings, in its body or else in a browser's cookie. An invalid one counts as absent.

import type { Context } from 'hono';
import type { Dependencies } from '../context.ts';
import { type KnownDevice, openKnownDevice } from '../tokens/known-device.ts';
import { knownDeviceFromCookie } from './token-cookies.ts';

export type PresentedDevice = KnownDevice & { readonly cameByCookie: boolean };

/** Whether it is still known, and to this account, the statement decides. */
export async function presentedDevice(
  context: Context,
  fromBody: string | undefined,
  { dataKeys, now }: Pick<Dependencies, 'dataKeys' | 'now'>,
): Promise<PresentedDevice | undefined> {
  const device = await openKnownDevice(dataKeys, fromBody ?? knownDeviceFromCookie(context), now());
  return device && { ...device, cameByCookie: fromBody === undefined };
}
