// Sign-in by a code. There is no link: it would sign in whatever device the mail is read on, and a stranger could have asked.

import type { Letter, WithCodeAlone } from '../letter.ts';

export const signInCode: Letter<WithCodeAlone> = {
  recipient: 'request',
  grant: 'sign-in',
  // Whether somebody has the address or not, the mail is the same, and it repeats nothing that was typed with it.
  words: ({ serviceName, code, validForSeconds }) => ({
    subject: `Your code to sign in at ${serviceName}`,
    preview: `You asked to sign in at ${serviceName}. The code in this mail works only where you asked for it.`,
    heading: 'Your code to sign in',
    opening: `You asked to sign in at ${serviceName} with this address. The code works only on the device where you asked for it: enter it there, and nowhere else.`,
    oneTime: { code, validForSeconds },
    closing:
      'If you did not ask for this, somebody typed your address. You need not do anything: without the code nobody is signed in.',
    reason: `You get this mail because somebody asked to sign in at ${serviceName} with this address.`,
  }),
};
