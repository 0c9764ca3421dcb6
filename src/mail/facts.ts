// What a mail says of the thing that it is about: a device, a moment, an address.

import type { Speech } from '../words/speech.ts';
import { harmless } from './harmless.ts';
import type { Fact, Notice } from './letter.ts';

/** As it was queued. */
export type Device = { readonly deviceName: string; readonly ip?: string | null | undefined };

export function deviceDetails(detail: (name: string) => string): Device {
  return { deviceName: detail('device_name'), ip: detail('ip') || null };
}

/** The User-Agent header and the client's own name for a device are a stranger's words. */
export function deviceFacts({ deviceName, when, ip }: Notice & Device, speech: Speech): Fact[] {
  const { device, unknownDevice, ip: address } = speech.words.mail;
  return [
    fact(speech, device, harmless(deviceName) || unknownDevice),
    momentFact(when, speech),
    ...(ip ? [fact(speech, address, harmless(ip))] : []),
  ];
}

export function momentFact(when: Date, speech: Speech): Fact {
  return fact(speech, speech.words.mail.when, speech.moment(when));
}

export function fact({ words, say }: Speech, label: string, value: string): Fact {
  return [say(words.mail.label, { label }), value];
}
