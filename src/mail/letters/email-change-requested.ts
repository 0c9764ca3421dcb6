// Notice to the present address that somebody asked to replace it.

import type { Letter, Notice } from '../letter.ts';
import { moment, noticePreview, securityReason } from '../phrases.ts';

export const emailChangeRequested: Letter<Notice, { readonly newEmail: string }> = {
  // By the time that the mail leaves, the account may have the other address.
  recipient: 'own',
  details: (detail) => ({ newEmail: detail('new_email') }),
  words: ({ serviceName, name, newEmail, when }) => ({
    subject: `Your email address for ${serviceName} is about to change`,
    preview: noticePreview,
    heading: 'Your email address is about to change',
    name,
    opening: `Another address was asked for, with your password, for your account at ${serviceName}. It replaces this one as soon as it is confirmed.`,
    facts: [
      ['New address', newEmail],
      ['When', moment(when)],
    ],
    closing: `If it was you, there is nothing to do here. If it was not, somebody knows your password: reset it at ${serviceName} at once, while this address still belongs to your account.`,
    reason: securityReason(serviceName),
  }),
};
