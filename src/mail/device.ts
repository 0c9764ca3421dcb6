// The device that a notice is about: as it was queued, and as the mail shows it.

import type { Fact, Notice } from './letter.ts';
import { harmless, moment } from './phrases.ts';

export type Device = { readonly deviceName: string; readonly ip?: string | null | undefined };

export function deviceDetails(detail: (name: string) => string): Device {
  return { deviceName: detail('device_name'), ip: detail('ip') || null };
}

/** The User-Agent header and the client's own name for a device are a stranger's words. */
export function deviceFacts({ deviceName, when, ip }: Notice & Device): Fact[] {
  return [
    ['Device', harmless(deviceName) || 'unknown'],
    ['When', moment(when)],
    ...(ip ? [['IP address', harmless(ip)] satisfies Fact] : []),
  ];
}
