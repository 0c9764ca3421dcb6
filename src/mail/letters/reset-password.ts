// Password reset, by link or code. What an operator sends has a link alone: the code would need an app that asked for it.

import type { Letter, WithCode } from '../letter.ts';

export const resetPassword: Letter<WithCode, { readonly byOperator?: boolean }> = {
  recipient: 'request',
  grant: 'reset-password',
  details: (detail) => ({ byOperator: detail('by') === 'operator' }),
  words: ({ serviceName, name, link, code, validForSeconds, byOperator }) => {
    const opening = byOperator
      ? `The people who run ${serviceName} have sent you this link to choose a new password for your account.`
      : `You asked for a new password for your account at ${serviceName}.`;
    return {
      subject: `Reset your password for ${serviceName}`,
      preview: `${opening} Choose it with the link in this mail.`,
      heading: 'Choose a new password',
      name,
      opening: `${opening} Choosing one signs out every device.`,
      action: { label: 'Choose a new password', link },
      ...(!byOperator && { oneTime: { code, validForSeconds } }),
      closing:
        'If you did not ask for this, you need not do anything: your password stays as it is, and nobody can change it without this mail.',
      reason: `You get this mail because a password reset was asked for at ${serviceName} with this address.`,
    };
  },
};
