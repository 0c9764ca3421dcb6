// Notice of a deleted account.

import { momentFact } from '../facts.ts';
import type { Letter, Notice } from '../letter.ts';

export const accountDeleted: Letter<Notice, { readonly name: string }> = {
  // The account is gone by then, with its address and name.
  recipient: 'own',
  details: (detail) => ({ name: detail('name') }),
  content: ({ name, when }, speech) => ({ name, facts: [momentFact(when, speech)] }),
};
