// Events for other systems, as the OpenAPI document describes them: those that are read, and so those that are delivered.

import * as z from 'zod/mini';
import {
  count,
  describe,
  exampleId,
  exampleTime,
  type Feature,
  id,
  noted,
  said,
  time,
} from '../../build/openapi/describe.ts';
import { tags } from '../../build/openapi/tags.ts';
import type { Event } from './event.ts';
import { listOutbox } from './list.ts';

const version = () =>
  count('Counts the changes of what is told of the user: ignore what is older than what you have.');
const object = (description: string) => noted(z.record(z.string(), z.unknown()), { description });

const ToldUser = z.object({
  id: id(),
  version: version(),
  email: z.nullable(z.string()),
  email_verified: z.boolean(),
  name: z.string(),
  photo: z.nullable(z.string()),
  locale: z.nullable(said('A language tag (BCP 47).')),
  role: z.string(),
  provider: z.string(),
  external_id: z.nullable(said('In the system that the user was imported from.')),
  is_guest: z.boolean(),
  disabled: z.boolean(),
  second_factors: z.array(z.string()),
  passkeys: count('How many there are.'),
  identities: z.array(z.object({ id: id(), provider: z.string() })),
  metadata: object('The user’s own.'),
  app_metadata: object('What operators alone write.'),
  created_at: time('When the account was made.'),
  updated_at: time('When it last changed.'),
});
const DeletedUser = z.object({ id: id(), version: version(), deleted: z.literal(true) });

const EventSchema = z.object({
  id: said('A UUID, the same at each delivery: `webhook-id`.'),
  type: said(
    '`user.created`, `user.updated`, `user.email-changed`, `user.disabled`, `user.enabled`, `user.deleted`, `session.started`, ' +
      '`session.ended`, `factor.added`, `factor.removed`. More may come.',
  ),
  timestamp: time('When it happened.'),
  data: z.object({
    user: noted(z.union([ToldUser, DeletedUser]), {
      description: 'As the user is when it is told, not as when it happened.',
    }),
    session: z.optional(
      z.object({ id: id(), reason: z.optional(said('Why it ended, as in `session-ended`.')) }),
    ),
    factor: z.optional(
      z.object({
        type: said('`totp`, `passkey` or `identity`.'),
        id: z.optional(id()),
        provider: z.optional(said('Of an identity.')),
      }),
    ),
  }),
});
const Events = z.object({
  data: z.array(EventSchema),
  next_after: said('For `after`, to read on. Opaque; that of the page before, where there is nothing new.'),
});
const { after, limit } = listOutbox.query().shape;
noted(after, { description: 'The `next_after` of the page before. Left out: from the oldest that is kept.' });
noted(limit, { description: 'How many events at most.' });

const event: Event = {
  id: '6f1c2a7e-4b1f-4a57-9f0a-2c8f5f0f3b61',
  type: 'session.ended',
  timestamp: exampleTime,
  data: {
    user: {
      id: exampleId,
      version: 3,
      email: 'ada@example.com',
      email_verified: true,
      name: 'Ada',
      photo: null,
      locale: 'de-CH',
      role: 'user',
      provider: 'local',
      external_id: null,
      is_guest: false,
      disabled: false,
      second_factors: ['totp'],
      passkeys: 1,
      identities: [],
      metadata: {},
      app_metadata: { plan: 'pro' },
      created_at: exampleTime,
      updated_at: exampleTime,
    },
    session: { id: exampleId, reason: 'signed-out' },
  },
};
const gone: Event = {
  ...event,
  type: 'user.deleted',
  data: { user: { id: exampleId, version: 4, deleted: true } },
};

export const outbox: Feature = {
  tag: tags.operators,
  schemas: { Event: EventSchema, Events },
  operations: [
    describe(listOutbox, {
      id: 'listOutbox',
      summary: 'Events for other systems',
      description:
        'What is delivered to `WEBHOOK_URL`, from a cursor on: to read once more what was missed, or to poll. In an order in which ' +
        'nothing comes later before what was read; of the last 7 days, and what was not delivered longer.',
      answers: {
        200: {
          description: 'A page of events, oldest first.',
          headers: ['Cache-Control'],
          content: { schema: Events, examples: { page: { data: [event, gone], next_after: '1042' } } },
        },
      },
      problems: ['admin-only', 'recent-sign-in-required'],
    }),
  ],
};
