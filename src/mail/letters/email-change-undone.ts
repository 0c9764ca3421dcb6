// Notice that a change of the address or of a factor was undone, with a link and a code for a new password.

import type { Letter, WithCode } from '../letter.ts';
import { securityReason } from '../phrases.ts';

export const emailChangeUndone: Letter<WithCode> = {
  recipient: 'request',
  grant: 'reset-password',
  words: ({ serviceName, name, link, code, validForSeconds }) => ({
    subject: `A change of your account at ${serviceName} was undone`,
    preview: 'Every device is signed out. Choose a new password with the link in this mail.',
    heading: 'The change was undone',
    name,
    opening: `Your account at ${serviceName} is as it was before: it has this address, and the second factor and the passkeys that it had then. Every device is signed out, and the old password does not work any more: choose a new one.`,
    action: { label: 'Choose a new password', link },
    oneTime: { code, validForSeconds },
    closing: `When this link has expired, ask for another one at ${serviceName}, as if you had forgotten the password. Check that nobody else can read your mail.`,
    reason: securityReason(serviceName),
  }),
};
