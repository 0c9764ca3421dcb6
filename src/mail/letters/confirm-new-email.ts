// Email verification of an account's new address, by link or code.

import type { Letter, WithCode } from '../letter.ts';

export const confirmNewEmail: Letter<WithCode> = {
  recipient: 'request',
  grant: 'change-email',
  // Nobody has proven the address: the mail repeats nothing that was typed with it, not even a name.
  content: ({ link, code, validForSeconds }) => ({ link, code, validForSeconds }),
};
