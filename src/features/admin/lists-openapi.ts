// The security log and the mail queue as operators read them, in the OpenAPI document.

import * as z from 'zod/mini';
import { describe, exampleId, type Feature, id, noted, said } from '../../build/openapi/describe.ts';
import { tags } from '../../build/openapi/tags.ts';
import type { ListedMail } from '../../operators/mails.ts';
import { listAllEvents } from './list-events.ts';
import { listMails } from './list-mails.ts';
import { retryMail } from './retry-mail.ts';
import { AdminEvent, adminEvent, mailFields, nextCursor, paged, queuedMail } from './schemas-openapi.ts';

const events = listAllEvents.query().shape;
paged(events);
noted(events.user, { format: 'uuid', description: 'Of one user.' });
noted(events.kind, { description: 'Of one kind.' });
noted(events.ip, { description: 'From one address.' });
noted(events.request_id, {
  format: 'uuid',
  description: 'That a request caused: `X-Request-Id`, or `instance` of its problem.',
});
noted(events.from, { format: 'date-time', description: 'At this moment or later.' });
noted(events.to, { format: 'date-time', description: 'Before this moment.' });
const mails = listMails.query().shape;
paged(mails);
noted(mails.state, { description: 'Only those that were given up, wait, or have left.' });

const AdminEvents = z.object({ data: z.array(AdminEvent), next_cursor: nextCursor() });
const AdminMail: z.ZodMiniType<ListedMail> = z.object({
  ...mailFields,
  user_id: z.nullable(said('Null where there is no account.')),
  email: z.nullable(said('Where it goes, for as long as that is known.')),
});
const AdminMails = z.object({ data: z.array(AdminMail), next_cursor: nextCursor() });
const Retried = z.object({ id: id() });

const mail: ListedMail = { ...queuedMail, user_id: exampleId, email: 'ada@example.com' };

export const operatorsLists: Feature = {
  tag: tags.operators,
  schemas: { AdminEvent, AdminEvents, AdminMail, AdminMails },
  operations: [
    describe(listAllEvents, {
      id: 'listEvents',
      summary: 'What happened to anybody',
      description: 'The security log of the last 90 days, newest first.',
      answers: {
        200: {
          description: 'A page of events.',
          headers: ['Cache-Control', 'Link?'],
          content: { schema: AdminEvents, examples: { last: { data: [adminEvent], next_cursor: null } } },
        },
      },
    }),
    describe(listMails, {
      id: 'listMails',
      summary: 'What has become of mails',
      description:
        'Newest first. Of mails to nobody’s account the address is forgotten once they have left or were given up.',
      answers: {
        200: {
          description: 'A page of mails.',
          headers: ['Cache-Control', 'Link?'],
          content: { schema: AdminMails, examples: { last: { data: [mail], next_cursor: null } } },
        },
      },
    }),
    describe(retryMail, {
      id: 'retryMail',
      summary: 'Send a mail again',
      description:
        'A new mail, with a link and a code of its own, of the same request: what an app waits with goes on to work. `not-found` too ' +
        'where nothing can be mailed any more: the link was used, another one for the address was, or nobody knows where it went.',
      parameters: ['Idempotency-Key'],
      answers: {
        202: {
          description: 'The new mail is on its way.',
          content: { schema: Retried, examples: { mail: { id: exampleId } } },
        },
      },
      problems: ['not-found', 'user-is-admin'],
    }),
  ],
};
