// Password reset, by link or code.

import type { Letter, WithCode } from '../letter.ts';

export const resetPassword: Letter<WithCode> = {
  recipient: 'request',
  grant: 'reset-password',
  words: ({ serviceName, name, link, code, validForSeconds }) => ({
    subject: `Reset your password for ${serviceName}`,
    preview: `You asked for a new password for your account at ${serviceName}. Choose it with the link in this mail.`,
    heading: 'Choose a new password',
    name,
    opening: `You asked for a new password for your account at ${serviceName}. Choosing one signs out every device.`,
    action: { label: 'Choose a new password', link },
    oneTime: { code, validForSeconds },
    closing:
      'If you did not ask for this, you need not do anything: your password stays as it is, and nobody can change it without this mail.',
    reason: `You get this mail because a password reset was asked for at ${serviceName} with this address.`,
  }),
};
