// Notice to the present address that somebody asked to replace it.

import { fact, momentFact } from '../facts.ts';
import type { Letter, Notice } from '../letter.ts';

export const emailChangeRequested: Letter<Notice, { readonly newEmail: string }> = {
  // By the time that the mail leaves, the account may have the other address.
  recipient: 'own',
  details: (detail) => ({ newEmail: detail('new_email') }),
  content: ({ name, newEmail, when }, speech) => ({
    name,
    facts: [fact(speech, speech.words.mail.newAddress, newEmail), momentFact(when, speech)],
  }),
};
