// What is kept about an account, for its owner to read: the export and the security log, as the document describes them.

import * as z from 'zod/mini';
import { EventsPage } from '../../features/events/list.ts';
import type { SecurityEvent } from '../../features/events/statements.ts';
import { count, exampleId, exampleTime, type Feature, id, noted, said, time } from './describe.ts';

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
  created_at: time('When it happened.'),
});
const SecurityEvents = z.object({
  data: z.array(Event),
  next_cursor: z.nullable(said('For `cursor`, to get the next page; null on the last one. Opaque.')),
});
noted(EventsPage.shape.cursor, {
  description: 'The `next_cursor` of the page before. Left out: the first page.',
});

const rows = (of: string) => noted(z.array(z.looseObject({})), { description: of });
const AccountExport = noted(
  z.object({
    exported_at: time('When this was gathered.'),
    user: noted(z.looseObject({ id: id() }), { description: 'The account.' }),
    sessions: rows('Every session, ended ones too.'),
    security_events: rows('The security log.'),
    mails: rows('Mails that were sent or wait.'),
    login_attempts: rows('Passwords tried in a row, at the address and inside a session.'),
    revoked_tokens: rows('Refresh tokens cancelled before their time.'),
    email_grants: rows('Links and codes, without what would open anything.'),
    email_requests: rows('Requests for a link or a code.'),
    mailed_grants: rows('Links and codes of each mail, without what would open anything.'),
    email_destinations: rows('Mails and wrong codes, counted by address.'),
    known_devices: rows('Devices that have signed in.'),
    posts: rows('Everything that the user wrote.'),
  }),
  { description: 'Rows as they are stored. Columns may be added.' },
);

const event: SecurityEvent = {
  id: exampleId,
  kind: 'signed-in',
  session_id: exampleId,
  ip: '203.0.113.7',
  user_agent: 'ExampleApp/1.0',
  count: 1,
  request_id: exampleId,
  created_at: exampleTime,
};
const exported = {
  exported_at: exampleTime,
  user: { id: exampleId, email: 'ada@example.com', name: 'Ada' },
  sessions: [{ id: exampleId, device_name: 'Ada’s phone' }],
  security_events: [{ id: exampleId, kind: 'signed-in' }],
  mails: [],
  login_attempts: [],
  revoked_tokens: [],
  email_grants: [],
  email_requests: [],
  mailed_grants: [],
  email_destinations: [],
  known_devices: [],
  posts: [],
};

export const recordSchemas = { SecurityEvent: Event, SecurityEvents, AccountExport };

export const recordOperations: Feature['operations'] = {
  'GET /api/users/me/export': {
    id: 'exportMe',
    summary: 'Export everything',
    description:
      'All that is kept about the user, as one JSON document. It is sent while it is read: a document that is cut off, and so is no ' +
      'JSON, met a fault on its way, and is asked for again. What changes meanwhile may be in it or not.',
    access: 'access-token',
    problems: ['too-many-requests'],
    answers: {
      200: {
        description: 'The document.',
        headers: ['Cache-Control', 'Content-Disposition'],
        content: { schema: AccountExport, examples: { ada: exported } },
      },
    },
  },
  'GET /api/users/me/security-events': {
    id: 'listSecurityEvents',
    summary: 'What happened to the account',
    description: 'The events of the last 90 days, newest first, 100 a page.',
    access: 'access-token',
    query: EventsPage,
    answers: {
      200: {
        description: 'A page of events.',
        headers: ['Cache-Control', 'Link?'],
        content: { schema: SecurityEvents, examples: { last: { data: [event], next_cursor: null } } },
      },
    },
  },
};
