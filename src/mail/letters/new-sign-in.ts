// Notice of a sign-in on an unknown device.

import { type Device, deviceDetails, deviceFacts } from '../device.ts';
import type { Letter, Notice } from '../letter.ts';
import { noticePreview, securityReason } from '../phrases.ts';

export const newSignIn: Letter<Notice, Device> = {
  recipient: 'account',
  details: deviceDetails,
  words: (input) => ({
    subject: `New sign-in to your account at ${input.serviceName}`,
    preview: noticePreview,
    heading: 'New sign-in to your account',
    name: input.name,
    opening: `Somebody signed in to your account at ${input.serviceName} on a device that had not signed in before.`,
    facts: deviceFacts(input),
    closing: `If it was you, there is nothing to do. If it was not, reset your password at ${input.serviceName} at once: that signs out every device. Check that nobody else can read your mail.`,
    reason: securityReason(input.serviceName),
  }),
};
