// The account of the user who calls, as the document describes it.

import * as z from 'zod/mini';
import { UserChange } from '../features/accounts/change.ts';
import { Registration } from '../features/accounts/register.ts';
import type { SecurityEvent, User as ShownUser } from '../features/accounts/statements.ts';
import { EmailChange } from '../features/credentials/change-email.ts';
import { Deletion } from '../features/credentials/delete-account.ts';
import { count, exampleId, exampleTime, type Feature, id, noted, said, time } from './describe.ts';

const User: z.ZodMiniType<ShownUser> = z.object({
  id: id(),
  email: noted(z.string(), { format: 'email' }),
  email_verified: z.boolean(),
  name: z.string(),
  photo: z.nullable(noted(z.string(), { format: 'uri' })),
  role: said('`user`, or `admin`. More may come.'),
  provider: said('How the user signs in: `local` is by password.'),
  created_at: time('When the account was made.'),
  updated_at: time('When it last changed.'),
});

const Event: z.ZodMiniType<SecurityEvent> = z.object({
  id: id(),
  kind: said('`signed-in`, `sign-in-failed`, `refresh-token-reused`, `password-changed`, … More may come.'),
  session_id: z.nullable(id()),
  ip: z.nullable(z.string()),
  user_agent: z.nullable(z.string()),
  count: count(
    'How often: the `sign-in-failed` of one hour are one event, with where the last of them came from.',
  ),
  created_at: time('When it happened; for `sign-in-failed` when its hour began.'),
});
const SecurityEvents = z.object({ data: z.array(Event) });

const rows = (of: string) => noted(z.array(z.looseObject({})), { description: of });
const AccountExport = noted(
  z.object({
    exported_at: time('When this was gathered.'),
    user: noted(z.looseObject({ id: id() }), { description: 'The account.' }),
    sessions: rows('Every session, ended ones too.'),
    security_events: rows('The security log.'),
    mails: rows('Mails that were sent or wait.'),
    known_devices: rows('Devices that have signed in before.'),
    login_attempts: rows('Passwords tried in a row, at the address, on a known device and inside a session.'),
    revoked_tokens: rows('Refresh tokens cancelled before their time.'),
    email_requests: rows(
      'Mails with a link and a code that were asked for, without what would open anything.',
    ),
    posts: rows('Everything that the user wrote.'),
  }),
  { description: 'Rows as they are stored. Columns may be added.' },
);

const Accepted = noted(
  z.object({
    request: said(
      'The handle of what was asked for, in one form for any address. A code works only with the handle whose mail carried it: keep it, as the app may be closed while the mail is read.',
    ),
    expires_in: count('Seconds that link and code are good for.'),
    code_length: count('Characters of the code: 6 or 8 digits, or 12 of base32 where codes were guessed at.'),
    resend_after: count('Seconds after which another mail may be asked for.'),
  }),
  { description: 'The same for any address: it tells nothing about an account.' },
);

export const accepted = (description: string) => ({
  description,
  headers: ['Cache-Control'],
  content: {
    schema: Accepted,
    examples: {
      accepted: { request: 'k3JX…sealed', expires_in: 86400, code_length: 6, resend_after: 30 },
    },
  },
});

const user: ShownUser = {
  id: exampleId,
  email: 'ada@example.com',
  email_verified: true,
  name: 'Ada',
  photo: null,
  role: 'user',
  provider: 'local',
  created_at: exampleTime,
  updated_at: exampleTime,
};
const event: SecurityEvent = {
  id: exampleId,
  kind: 'signed-in',
  session_id: exampleId,
  ip: '203.0.113.7',
  user_agent: 'ExampleApp/1.0',
  count: 1,
  created_at: exampleTime,
};
const exported = {
  exported_at: exampleTime,
  user: { id: exampleId, email: 'ada@example.com', name: 'Ada' },
  sessions: [{ id: exampleId, device_name: 'Ada’s phone' }],
  security_events: [{ id: exampleId, kind: 'signed-in' }],
  mails: [],
  known_devices: [],
  login_attempts: [],
  revoked_tokens: [],
  email_requests: [],
  posts: [],
};

export const accounts: Feature = {
  tag: {
    name: 'Account',
    description:
      'Registering, and the account of the user who calls. A session that was ended answers `401` at once.',
  },
  schemas: {
    Registration,
    UserChange,
    EmailChange,
    Deletion,
    User,
    SecurityEvent: Event,
    SecurityEvents,
    AccountExport,
    Accepted,
  },
  operations: {
    'POST /api/auth/register': {
      id: 'register',
      summary: 'Register',
      description:
        'The answer is the same, in the same time, whether or not the address is taken; its owner gets a mail that says ' +
        'so. A new address gets a mail with a link and a code for `verify-email`, good for 24 hours. There is no account ' +
        'until one of them is used: whoever proves the mailbox chooses the password there. One that is given here is ' +
        'checked early and not kept.',
      access: 'anybody',
      body: {
        schema: Registration,
        examples: {
          ada: { email: 'ada@example.com', name: 'Ada' },
        },
      },
      answers: { 202: accepted('Taken: a mail is on its way.') },
      problems: ['weak-password', 'too-many-requests'],
    },
    'GET /api/users/me': {
      id: 'getMe',
      summary: 'Who am I',
      description: 'The user behind the access token.',
      access: 'access-token',
      answers: {
        200: {
          description: 'The user.',
          headers: ['Cache-Control'],
          content: { schema: User, examples: { ada: user } },
        },
      },
    },
    'PATCH /api/users/me': {
      id: 'changeMe',
      summary: 'Change name or photo',
      description: 'What is left out stays as it is; a `photo` of `null` removes it.',
      access: 'access-token',
      body: {
        schema: UserChange,
        examples: { name: { name: 'Ada L.' }, removePhoto: { photo: null } },
        optional: true,
      },
      answers: {
        200: {
          description: 'The user as it is now.',
          headers: ['Cache-Control'],
          content: { schema: User, examples: { ada: { ...user, name: 'Ada L.' } } },
        },
      },
    },
    'DELETE /api/users/me': {
      id: 'deleteMe',
      summary: 'Delete the account',
      description:
        'Asks for the password once more. The account and all that hangs on it are gone; there is no way back. A mail says so.',
      access: 'access-token',
      body: { schema: Deletion, examples: { ask: { password: 'a long sentence is a good password' } } },
      answers: { 204: { description: 'Gone.', headers: ['Set-Cookie?'] } },
      problems: ['invalid-credentials', 'too-many-requests'],
    },
    'POST /api/users/me/email': {
      id: 'changeEmail',
      summary: 'Change the e-mail address',
      description:
        'Sends a link and a code to the new address. The change takes effect when they are used through `verify-email`. ' +
        'The old address is told both times, and can take the change back for a week. The request dies with the session ' +
        'that asked. The answer is the same whether or not the new address is taken; one’s own is no change.',
      access: 'access-token',
      body: {
        schema: EmailChange,
        examples: { ask: { new_email: 'ada@example.org', password: 'a long sentence is a good password' } },
      },
      answers: { 202: accepted('Asked for: a mail is on its way.') },
      problems: ['invalid-credentials', 'too-many-requests'],
    },
    'GET /api/users/me/export': {
      id: 'exportMe',
      summary: 'Export everything',
      description: 'All that is kept about the user, as one JSON document.',
      access: 'access-token',
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
      description: 'The newest 100 events of the last 90 days, newest first.',
      access: 'access-token',
      answers: {
        200: {
          description: 'The events.',
          headers: ['Cache-Control'],
          content: { schema: SecurityEvents, examples: { one: { data: [event] } } },
        },
      },
    },
  },
};
