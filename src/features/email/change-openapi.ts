// The change of an address, as the OpenAPI document describes it.

import { accepted } from '../../build/openapi/accepted.ts';
import { describe, type Feature } from '../../build/openapi/describe.ts';
import { tags } from '../../build/openapi/tags.ts';
import { changeEmail } from './change.ts';

export const emailChange: Feature = {
  tag: tags.account,
  schemas: { EmailChange: changeEmail.body() },
  operations: [
    describe(changeEmail, {
      id: 'changeEmail',
      summary: 'Change the e-mail address',
      description:
        'Sends a link and a code to the new address. The change takes effect when they are used through `verify-email`. ' +
        'The old address is told both times, and can take the change back for a week. The request dies with the session ' +
        'that asked. The answer is the same whether or not the new address is taken; one’s own is no change.',
      body: {
        examples: {
          ask: { new_email: 'ada@example.org', password: 'replace me with words of your own' },
          recent: { new_email: 'ada@example.org' },
        },
      },
      answers: { 202: accepted('Asked for: a mail is on its way.') },
      problems: ['invalid-credentials', 'account-is-guest', 'sign-up-closed', 'too-many-requests'],
    }),
  ],
};
