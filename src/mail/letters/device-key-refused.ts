// Notice that somebody used a copy of a sign-in without the key of its device, and was refused.

import { type Device, deviceFacts } from '../device.ts';
import type { Letter, Notice } from '../letter.ts';
import { securityReason } from '../phrases.ts';

export const deviceKeyRefused: Letter<Notice, Pick<Device, 'deviceName'>> = {
  recipient: 'account',
  details: (detail) => ({ deviceName: detail('device_name') }),
  words: (input) => ({
    subject: `A copied sign-in was refused at ${input.serviceName}`,
    preview:
      'Your device stays signed in, and nobody else got in. This mail says what happened and what you can do.',
    heading: 'We refused a copied sign-in',
    name: input.name,
    opening: `Somebody tried to use a copy of your sign-in at ${input.serviceName}, without the device that it belongs to. We refused it. Your device is still signed in.`,
    facts: deviceFacts(input),
    closing:
      'You do not have to do anything. If that device may have been in other hands, or you do not know it, sign it out in your account and change your password.',
    reason: securityReason(input.serviceName),
  }),
};
