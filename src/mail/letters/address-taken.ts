// Notice of a registration with an address that has an account.

import type { Letter, WithLink } from '../letter.ts';

export const addressTaken: Letter<WithLink> = {
  // Where an address is only kept for an undo, no account has it: then it is queued with the mail.
  recipient: 'account',
  // The link leads to where one can sign in or reset the password.
  content: ({ name, link }) => ({ name, link }),
};
