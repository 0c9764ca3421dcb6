// Sign-in by a code. There is no link: it would sign in whatever device the mail is read on, and a stranger could have asked.

import type { Letter, WithCodeAlone } from '../letter.ts';

export const signInCode: Letter<WithCodeAlone> = {
  recipient: 'request',
  grant: 'sign-in',
  // Whether somebody has the address or not, the mail is the same, and it repeats nothing that was typed with it.
  content: ({ code, validForSeconds }) => ({ code, validForSeconds }),
};
