// Notice that a change of the address or of a factor was undone, with a link and a code for a new password.

import type { Letter, WithCode } from '../letter.ts';

export const emailChangeUndone: Letter<WithCode> = {
  recipient: 'request',
  grant: 'reset-password',
  content: ({ name, link, code, validForSeconds }) => ({ name, link, code, validForSeconds }),
};
