// Notice of a changed password.

import { momentFact } from '../facts.ts';
import type { Letter, Notice } from '../letter.ts';

export const passwordChanged: Letter<Notice> = {
  recipient: 'account',
  content: ({ name, when }, speech) => ({ name, facts: [momentFact(when, speech)] }),
};
