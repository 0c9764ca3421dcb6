// Notice to the previous address that it was replaced. Its link takes the change back.

import { fact, momentFact } from '../facts.ts';
import type { Letter, Notice, WithExpiringLink } from '../letter.ts';

export const emailChanged: Letter<Notice & WithExpiringLink, { readonly newEmail: string }> = {
  recipient: 'request',
  grant: 'undo-email-change',
  details: (detail) => ({ newEmail: detail('new_email') }),
  content: ({ name, newEmail, when, link, validForSeconds }, speech) => ({
    name,
    facts: [fact(speech, speech.words.mail.newAddress, newEmail), momentFact(when, speech)],
    link,
    validForSeconds,
  }),
};
