// Notice to the address that an account has again, with a link and a code for a new password.

import type { Letter, WithCode } from '../letter.ts';
import { securityReason } from '../phrases.ts';

export const emailChangeUndone: Letter<WithCode> = {
  recipient: 'request',
  grant: 'reset-password',
  words: ({ serviceName, name, link, code, validForSeconds }) => ({
    subject: `Your account at ${serviceName} has this address again`,
    preview: 'Every device is signed out. Choose a new password with the link in this mail.',
    heading: 'Your account has this address again',
    name,
    opening: `The change of your email address at ${serviceName} was undone. Every device is signed out, and the old password does not work any more: choose a new one.`,
    action: { label: 'Choose a new password', link, oneTime: { code, validForSeconds } },
    closing: `When this link has expired, ask for another one at ${serviceName}, as if you had forgotten the password. Check that nobody else can read your mail.`,
    reason: securityReason(serviceName),
  }),
};
