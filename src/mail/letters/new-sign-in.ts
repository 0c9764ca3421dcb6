// Notice of a sign-in on an unknown device.

import { type Device, deviceDetails, deviceFacts } from '../facts.ts';
import type { Letter, Notice } from '../letter.ts';

export const newSignIn: Letter<Notice, Device> = {
  recipient: 'account',
  details: deviceDetails,
  content: (input, speech) => ({ name: input.name, facts: deviceFacts(input, speech) }),
};
