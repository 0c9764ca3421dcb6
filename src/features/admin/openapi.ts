// What operators do to users, as the OpenAPI document describes it.

import * as z from 'zod/mini';
import { describe, exampleId, type Feature, noted } from '../../build/openapi/describe.ts';
import { tags } from '../../build/openapi/tags.ts';
import { changeUser } from './change-user.ts';
import { deleteUser } from './delete-user.ts';
import { disable } from './disable.ts';
import { enable } from './enable.ts';
import { endChosenSessions } from './end-chosen-sessions.ts';
import { endSessions } from './end-sessions.ts';
import { findUsers } from './find-users.ts';
import { removeSecondFactors } from './remove-second-factors.ts';
import { AdminUser, AdminUsers, adminUser, paged, UserInFull, userInFull } from './schemas-openapi.ts';
import { sendReset } from './send-reset.ts';
import { showUser } from './show-user.ts';

const search = findUsers.query().shape;
paged(search);
noted(search.query, {
  description:
    'An id, of ours or of the system that the user was imported from; the beginning of an address or of a name; `@` and a domain. ' +
    'Upper and lower case are one.',
});
noted(search.state, { description: 'Only those that are disabled, admins, not verified, or guests.' });
noted(disable.body().shape.reason, { description: 'For operators: the user never sees it. One line.' });
noted(changeUser.body().shape.app_metadata, {
  type: 'object',
  description:
    'Keys that are given replace, and a key that is `null` goes. What comes of it has at most 4 KiB, as PostgreSQL writes it.',
});
const { shape: chosen } = endChosenSessions.body();
noted(chosen.ids, { minItems: 1, maxItems: 100, description: 'Of sessions, whoever’s they are.' });
const Ended = z.object({ ended: noted(z.int(), { description: 'How many have ended by this.' }) });

const done = (description: string) => ({ 204: { description } });
const ofUsers = ['not-found', 'user-is-admin'] as const;

export const operators: Feature = {
  tag: tags.operators,
  schemas: {
    AdminUser,
    AdminUsers,
    UserInFull,
    Disabling: disable.body(),
    MetadataChange: changeUser.body(),
    ChosenSessions: endChosenSessions.body(),
  },
  operations: [
    describe(findUsers, {
      id: 'findUsers',
      summary: 'Search for users',
      description: 'Newest id first.',
      answers: {
        200: {
          description: 'A page of users.',
          headers: ['Cache-Control', 'Link?'],
          content: { schema: AdminUsers, examples: { last: { data: [adminUser], next_cursor: null } } },
        },
      },
    }),
    describe(showUser, {
      id: 'showUser',
      summary: 'One user, with all that support needs to know',
      description:
        'Ways in, second factors, pauses of the sign-in, sessions, and the last mails and events. Times of use are by the hour.',
      answers: {
        200: {
          description: 'The user.',
          headers: ['Cache-Control'],
          content: { schema: UserInFull, examples: { user: userInFull } },
        },
      },
      problems: ['not-found'],
    }),
    describe(changeUser, {
      id: 'changeAppMetadata',
      summary: 'Change what operators alone write about a user',
      description: 'Two changes at once of different keys are both there afterwards.',
      body: { examples: { plan: { app_metadata: { plan: 'gold', trial_until: null } } } },
      answers: {
        200: { description: 'The user.', content: { schema: AdminUser, examples: { user: adminUser } } },
      },
      problems: ofUsers,
    }),
    describe(deleteUser, {
      id: 'deleteUser',
      summary: 'Delete an account',
      description: 'With all its data, as its owner would. Its owner gets a mail.',
      answers: done('It is gone.'),
      problems: ofUsers,
    }),
    describe(disable, {
      id: 'disableUser',
      summary: 'Disable an account',
      description:
        'Every session ends, and nobody signs in: whoever proves that the account is theirs hears `account-disabled`, anybody else what ' +
        'they always hear. Access tokens that are out are refused here at once, elsewhere within 30 seconds by the status list. An account that ' +
        'is disabled already keeps its reason.',
      body: { examples: { spam: { reason: 'Sends spam, ticket 4711' } } },
      answers: done('It is disabled.'),
      problems: ofUsers,
    }),
    describe(enable, {
      id: 'enableUser',
      summary: 'Enable an account again',
      description: 'Its user may sign in. Sessions that had ended stay ended.',
      answers: done('It is not disabled.'),
      problems: ofUsers,
    }),
    describe(endSessions, {
      id: 'endUserSessions',
      summary: 'Sign a user out everywhere',
      description: 'Every session ends, and any that is being started; their devices are not known any more.',
      answers: done('Every session is over.'),
      problems: ofUsers,
    }),
    describe(sendReset, {
      id: 'sendReset',
      summary: 'Mail a user a link to choose a password',
      description:
        'No allowance keeps it back. The mail has no code: that would need an app that asked for it.',
      parameters: ['Idempotency-Key'],
      answers: done('The mail is on its way.'),
      problems: [...ofUsers, 'no-address'],
    }),
    describe(removeSecondFactors, {
      id: 'removeSecondFactors',
      summary: 'Remove a second factor that is lost',
      description:
        'TOTP is off, with its recovery codes; passkeys stay. The user gets a mail, whose link undoes it for a week. Before, make sure who asks.',
      answers: done('No second factor is owed.'),
      problems: ofUsers,
    }),
    describe(endChosenSessions, {
      id: 'endChosenSessions',
      summary: 'End sessions',
      description:
        'Those of admins, and those that have ended already, stay as they are and are not counted.',
      body: { examples: { one: { ids: [exampleId] } } },
      answers: {
        200: { description: 'How many.', content: { schema: Ended, examples: { one: { ended: 1 } } } },
      },
    }),
  ],
};
