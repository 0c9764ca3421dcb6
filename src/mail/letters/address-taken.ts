// Notice of a registration with an address that has an account.

import type { Letter, WithLink } from '../letter.ts';

export const addressTaken: Letter<WithLink> = {
  // Where an address is only kept for an undo, no account has it: then it is queued with the mail.
  recipient: 'account',
  // The link leads to where one can sign in or reset the password.
  words: ({ serviceName, name, link }) => ({
    subject: `You already have an account at ${serviceName}`,
    preview: 'Somebody tried to sign up with your address. Nothing has changed, and no new account was made.',
    heading: 'You already have an account',
    name,
    opening: `Somebody tried to sign up at ${serviceName} with this address, perhaps you. It already has an account, so no new one was made.`,
    action: { label: 'Sign in or reset my password', link },
    closing:
      'If it was not you, you need not do anything: nothing has changed, and whoever tried was not told that you have an account.',
    reason: `You get this mail because this address belongs to an account at ${serviceName}.`,
  }),
};
