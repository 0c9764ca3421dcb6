// The account of the user who calls, as the document describes it.

import * as z from 'zod/mini';
import { UserChange } from '../../features/account/change.ts';
import { Deletion } from '../../features/account/delete.ts';
import { Registration } from '../../features/account/register.ts';
import type { User as ShownUser } from '../../features/account/statements.ts';
import { EmailChange } from '../../features/email/change.ts';
import { recordOperations, recordSchemas } from './account-records.ts';
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
    ...recordSchemas,
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
        'Asks for the password once more, or, without one, for a session that was signed in within the last 10 minutes. The account and ' +
        'all that hangs on it are gone; there is no way back. A mail says so.',
      access: 'access-token',
      body: {
        schema: Deletion,
        examples: { password: { password: 'replace me with words of your own' }, recent: {} },
        optional: true,
      },
      answers: { 204: { description: 'Gone.', headers: ['Set-Cookie?'] } },
      problems: ['invalid-credentials', 'recent-sign-in-required', 'too-many-requests'],
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
        examples: { ask: { new_email: 'ada@example.org', password: 'replace me with words of your own' } },
      },
      answers: { 202: accepted('Asked for: a mail is on its way.') },
      problems: ['invalid-credentials', 'too-many-requests'],
    },
    ...recordOperations,
  },
};
