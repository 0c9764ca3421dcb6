// Notice that somebody used a copy of a sign-in without the key of its device, and was refused.

import { type Device, deviceFacts } from '../facts.ts';
import type { Letter, Notice } from '../letter.ts';

export const deviceKeyRefused: Letter<Notice, Pick<Device, 'deviceName'>> = {
  recipient: 'account',
  details: (detail) => ({ deviceName: detail('device_name') }),
  content: (input, speech) => ({ name: input.name, facts: deviceFacts(input, speech) }),
};
