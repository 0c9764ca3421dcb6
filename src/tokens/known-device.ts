// `known_device`: an encrypted marker that a user has signed in on this device before. Login throttling counts such
// devices apart, so that an attacker who guesses passwords cannot lock the owner out.

import { knownDeviceSeconds } from '../lifetimes.ts';
import type { DataKeys } from './data-keys.ts';
import { open, seal } from './sealed.ts';

/**
 * The marker proves only that we issued it. SQL decides whether the device is still known: until it is forgotten it
 * has a row.
 */
export type KnownDevice = { readonly deviceId: string; readonly userId: string };

/** Encrypts a marker that is valid for a year from `now`. */
export function sealKnownDevice(
  keys: DataKeys,
  { deviceId, userId }: KnownDevice,
  now: Date,
): Promise<string> {
  const expiresAt = Math.floor(now.getTime() / 1000) + knownDeviceSeconds;
  return seal(keys, 'known-device', { subject: `${deviceId} ${userId}`, expiresAt });
}

/**
 * Returns `undefined` for a missing, forged or expired marker. The client gets no reason: all of these are an unknown
 * device.
 */
export async function openKnownDevice(
  keys: DataKeys,
  text: string | undefined,
  now: Date,
): Promise<KnownDevice | undefined> {
  const opened = text === undefined ? undefined : await open(keys, 'known-device', text, now);
  const [deviceId = '', userId = ''] = opened?.subject.split(' ') ?? [];
  return opened && { deviceId, userId };
}
