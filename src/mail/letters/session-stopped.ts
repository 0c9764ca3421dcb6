// Notice of a session that was ended because its refresh token was used twice (reuse detection).

import { type Device, deviceDetails, deviceFacts } from '../facts.ts';
import type { Letter, Notice } from '../letter.ts';

export const sessionStopped: Letter<Notice, Device> = {
  recipient: 'account',
  details: deviceDetails,
  content: (input, speech) => ({ name: input.name, facts: deviceFacts(input, speech) }),
};
