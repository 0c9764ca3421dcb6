// The security log, as the OpenAPI document describes it.

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
import { listEvents } from './list.ts';
import type { SecurityEvent } from './statements.ts';

const Event: z.ZodMiniType<SecurityEvent> = z.object({
  id: id(),
  kind: said('`signed-in`, `sign-in-failed`, `refresh-token-reused`, `password-changed`, … More may come.'),
  session_id: z.nullable(id()),
  ip: z.nullable(z.string()),
  user_agent: z.nullable(z.string()),
  count: count('How often it happened within the hour: guesses are counted in one event.'),
  request_id: z.nullable(
    noted(z.string(), { format: 'uuid', description: 'Of the request that caused it.' }),
  ),
  by_operator: noted(z.boolean(), {
    description: 'Somebody who runs the service has done it. From where is not said.',
  }),
  created_at: time('When it happened.'),
});
const SecurityEvents = z.object({
  data: z.array(Event),
  next_cursor: z.nullable(said('For `cursor`, to get the next page; null on the last one. Opaque.')),
});
noted(listEvents.query().shape.cursor, {
  description: 'The `next_cursor` of the page before. Left out: the first page.',
});

const event: SecurityEvent = {
  id: exampleId,
  kind: 'signed-in',
  session_id: exampleId,
  ip: '203.0.113.7',
  user_agent: 'ExampleApp/1.0',
  count: 1,
  request_id: exampleId,
  by_operator: false,
  created_at: exampleTime,
};

export const events: Feature = {
  tag: tags.account,
  schemas: { SecurityEvent: Event, SecurityEvents },
  operations: [
    describe(listEvents, {
      id: 'listSecurityEvents',
      summary: 'What happened to the account',
      description: 'The events of the last 90 days, newest first, 100 a page.',
      answers: {
        200: {
          description: 'A page of events.',
          headers: ['Cache-Control', 'Link?'],
          content: { schema: SecurityEvents, examples: { last: { data: [event], next_cursor: null } } },
        },
      },
    }),
  ],
};
