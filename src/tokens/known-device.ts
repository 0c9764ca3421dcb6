// `known_device`: the word of ours that a device has signed in before. What strangers guess at its owner's address is not its affair.

import { knownDeviceSeconds } from '../lifetimes.ts';
import type { DataKeys } from './data-keys.ts';
import { open, seal } from './sealed.ts';

/** Whether the device is still known is for the statement to see: it has a row until something ends it. */
export type KnownDevice = { readonly deviceId: string; readonly userId: string };

/** Good for a year from `now`. */
export function sealKnownDevice(
  keys: DataKeys,
  { deviceId, userId }: KnownDevice,
  now: Date,
): Promise<string> {
  const expiresAt = Math.floor(now.getTime() / 1000) + knownDeviceSeconds;
  return seal(keys, 'known-device', { subject: `${deviceId} ${userId}`, expiresAt });
}

/** Nothing for a device that nobody knows: what is wrong with it makes no difference to whoever brings it. */
export async function openKnownDevice(
  keys: DataKeys,
  text: string | undefined,
  now: Date,
): Promise<KnownDevice | undefined> {
  const opened = text === undefined ? undefined : await open(keys, 'known-device', text, now);
  const [deviceId = '', userId = ''] = opened?.subject.split(' ') ?? [];
  return opened && { deviceId, userId };
}
