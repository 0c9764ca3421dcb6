// Notice that Apple has deleted the account by which somebody came, who has other ways in.

import { momentFact } from '../facts.ts';
import type { Letter, Notice } from '../letter.ts';

export const appleAccountDeleted: Letter<Notice> = {
  recipient: 'account',
  content: ({ name, when }, speech) => ({ name, facts: [momentFact(when, speech)] }),
};
