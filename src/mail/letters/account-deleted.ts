// Notice of a deleted account.

import type { Letter, Notice } from '../letter.ts';
import { moment, securityReason } from '../phrases.ts';

export const accountDeleted: Letter<Notice, { readonly name: string }> = {
  // The account is gone by then, with its address and name.
  recipient: 'own',
  details: (detail) => ({ name: detail('name') }),
  words: ({ serviceName, name, when }) => ({
    subject: `Your account at ${serviceName} was deleted`,
    preview: `Your account at ${serviceName} and all that belonged to it are gone. This mail says when it happened.`,
    heading: 'Your account was deleted',
    name,
    opening: `Your account at ${serviceName} was deleted, with all that belonged to it. Nothing of it can be brought back.`,
    facts: [['When', moment(when)]],
    closing: `If it was not you, somebody was signed in as you: write to the people behind ${serviceName}, and check that nobody else can read your mail.`,
    reason: securityReason(serviceName),
  }),
};
