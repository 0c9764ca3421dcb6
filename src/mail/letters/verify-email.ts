// Email verification of a registration, by link or code.

import type { Letter, WithCode } from '../letter.ts';

export const verifyEmail: Letter<WithCode> = {
  recipient: 'request',
  grant: 'register',
  // Nobody has proven the address: the mail repeats nothing that was typed with it, not even a name.
  words: ({ serviceName, link, code, validForSeconds }) => ({
    subject: `Confirm your email address for ${serviceName}`,
    preview: `One more step: confirm that this address is yours, and your account at ${serviceName} is ready.`,
    heading: 'Confirm your email address',
    opening: `Thank you for signing up at ${serviceName}. Please confirm that this address is yours, and choose a password.`,
    action: { label: 'Confirm my address', link },
    oneTime: { code, validForSeconds },
    closing:
      'If you did not sign up, somebody typed your address by mistake. You need not do anything: without your confirmation there is no account.',
    reason: `You get this mail because this address was used to sign up at ${serviceName}.`,
  }),
};
