// Notice to the previous address that it was replaced. Its link takes the change back.

import type { Letter, Notice, WithExpiringLink } from '../letter.ts';
import { duration, moment, noticePreview, securityReason } from '../phrases.ts';

export const emailChanged: Letter<Notice & WithExpiringLink, { readonly newEmail: string }> = {
  recipient: 'request',
  grant: 'undo-email-change',
  details: (detail) => ({ newEmail: detail('new_email') }),
  words: ({ serviceName, name, newEmail, when, link, validForSeconds }) => ({
    subject: `Your email address for ${serviceName} was changed`,
    preview: noticePreview,
    heading: 'Your email address was changed',
    name,
    opening: `Your account at ${serviceName} has another address now. From here on every mail about it goes there, a reset of the password as well.`,
    facts: [
      ['New address', newEmail],
      ['When', moment(when)],
    ],
    action: { label: 'This was not me: undo it', link },
    closing: `If it was you, there is nothing to do. If it was not, somebody has taken your account. The button gives it back to this address, signs out every device and lets you choose a new password, for ${duration(validForSeconds)}.`,
    reason: securityReason(serviceName),
  }),
};
