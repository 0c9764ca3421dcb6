// Notice of a changed password.

import type { Letter, Notice } from '../letter.ts';
import { moment, noticePreview, securityReason } from '../phrases.ts';

export const passwordChanged: Letter<Notice> = {
  recipient: 'account',
  words: ({ serviceName, name, when }) => ({
    subject: `Your password for ${serviceName} was changed`,
    preview: noticePreview,
    heading: 'Your password was changed',
    name,
    opening: `The password of your account at ${serviceName} was changed, and your other devices were signed out.`,
    facts: [['When', moment(when)]],
    closing: `If it was you, there is nothing to do. If it was not, reset your password at ${serviceName} at once, and check that nobody else can read your mail.`,
    reason: securityReason(serviceName),
  }),
};
