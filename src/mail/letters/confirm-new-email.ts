// Email verification of an account's new address, by link or code.

import type { Letter, WithCode } from '../letter.ts';

export const confirmNewEmail: Letter<WithCode> = {
  recipient: 'request',
  grant: 'change-email',
  // Nobody has proven the address: the mail repeats nothing that was typed with it, not even a name.
  words: ({ serviceName, link, code, validForSeconds }) => ({
    subject: `Confirm your new email address for ${serviceName}`,
    preview: `Confirm that this address is yours, and your account at ${serviceName} uses it from then on.`,
    heading: 'Confirm your new email address',
    opening: `You asked to use this address for your account at ${serviceName}. Please confirm that it is yours.`,
    action: { label: 'Confirm my new address', link },
    oneTime: { code, validForSeconds },
    closing:
      'If you did not ask for this, somebody typed your address by mistake. You need not do anything: without your confirmation it is not used.',
    reason: `You get this mail because this address was given for an account at ${serviceName}.`,
  }),
};
