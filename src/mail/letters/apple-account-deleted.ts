// Notice that Apple has deleted the account by which somebody came, who has other ways in.

import type { Letter, Notice } from '../letter.ts';
import { moment, noticePreview, securityReason } from '../phrases.ts';

export const appleAccountDeleted: Letter<Notice> = {
  recipient: 'account',
  words: ({ serviceName, name, when }) => ({
    subject: `Sign in with Apple was removed from your account at ${serviceName}`,
    preview: noticePreview,
    heading: 'Sign in with Apple was removed',
    name,
    opening: `Apple has told us that your Apple Account was deleted. So it does not open your account at ${serviceName} any more, and your devices were signed out.`,
    facts: [['When', moment(when)]],
    closing: `Your account at ${serviceName} is still there: sign in by one of your other ways.`,
    reason: securityReason(serviceName),
  }),
};
