// Email verification of a registration, by link or code.

import type { Letter, WithCode } from '../letter.ts';

export const verifyEmail: Letter<WithCode> = {
  recipient: 'request',
  grant: 'register',
  // Nobody has proven the address: the mail repeats nothing that was typed with it, not even a name.
  content: ({ link, code, validForSeconds }) => ({ link, code, validForSeconds }),
};
