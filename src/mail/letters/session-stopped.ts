// Notice of a session that was ended because its refresh token was used twice (reuse detection).

import { type Device, deviceDetails, deviceFacts } from '../device.ts';
import type { Letter, Notice } from '../letter.ts';
import { securityReason } from '../phrases.ts';

export const sessionStopped: Letter<Notice, Device> = {
  recipient: 'account',
  details: deviceDetails,
  words: (input) => ({
    subject: `We signed a device out of your account at ${input.serviceName}`,
    preview: 'Somebody may have copied its sign-in, so we ended it. This mail says what to do now.',
    heading: 'We signed a device out',
    name: input.name,
    opening: `A sign-in of yours at ${input.serviceName} was used from two places, as it happens when somebody has copied it. So we ended it: that device, and whoever copied from it, is signed out.`,
    facts: deviceFacts(input),
    closing:
      'To go on using that device, sign in on it again. If you do not know it, or if somebody else may have used it, change your password as well.',
    reason: securityReason(input.serviceName),
  }),
};
