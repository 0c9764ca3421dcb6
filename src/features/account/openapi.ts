// The account of the user who calls, as the OpenAPI document describes it.

import * as z from 'zod/mini';
import { Accepted, accepted } from '../../build/openapi/accepted.ts';
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
import { Identity } from '../../build/openapi/identity.ts';
import { tags } from '../../build/openapi/tags.ts';
import { change as changeMe } from './change.ts';
import { deleteAccount } from './delete.ts';
import { register } from './register.ts';
import { show as showMe } from './show.ts';
import type { User as ShownUser } from './statements.ts';

const User: z.ZodMiniType<ShownUser> = z.object({
  id: id(),
  email: z.nullable(
    noted(z.string(), { format: 'email', description: 'Null in an account without an address.' }),
  ),
  email_verified: z.boolean(),
  name: z.string(),
  photo: z.nullable(noted(z.string(), { format: 'uri' })),
  locale: z.nullable(said('What mails are written in: a language tag (BCP 47). Null where it is not known.')),
  role: said('`user`, or `admin`. More may come.'),
  provider: said('By what the account was made: `local`, or the name of an identity provider.'),
  has_password: noted(z.boolean(), { description: 'Whether there is a password. One is chosen by a reset.' }),
  second_factors: noted(z.array(z.string()), {
    description: 'What is asked for at a sign-in beside the first factor: `totp`, or nothing. More may come.',
  }),
  passkeys: count('How many passkeys there are.'),
  identities: z.array(Identity),
  metadata: noted(z.record(z.string(), z.unknown()), {
    description:
      'What the app keeps with the user, and the user may change: at most 4,096 bytes, as PostgreSQL writes them.',
  }),
  app_metadata: noted(z.record(z.string(), z.unknown()), {
    description: 'What operators and the app’s own server keep with the user, who can read it.',
  }),
  created_at: time('When the account was made.'),
  updated_at: time('When it last changed.'),
});

const user: ShownUser = {
  id: exampleId,
  email: 'ada@example.com',
  email_verified: true,
  name: 'Ada',
  photo: null,
  locale: 'de-CH',
  role: 'user',
  provider: 'local',
  has_password: true,
  second_factors: ['totp'],
  passkeys: 1,
  identities: [{ id: exampleId, provider: 'google', created_at: exampleTime, last_used_at: exampleTime }],
  metadata: { theme: 'dark' },
  app_metadata: { plan: 'team' },
  created_at: exampleTime,
  updated_at: exampleTime,
};

export const account: Feature = {
  tag: tags.account,
  schemas: {
    Registration: register.body(),
    UserChange: changeMe.body(),
    Deletion: deleteAccount.body(),
    User,
    Accepted,
  },
  operations: [
    describe(register, {
      id: 'register',
      summary: 'Register',
      description:
        'The answer is the same, in the same time, whether or not the address is taken; its owner gets a mail that says ' +
        'so. A new address gets a mail with a link and a code for `verify-email`, good for 24 hours. There is no account ' +
        'until one of them is used: whoever proves the mailbox chooses the password there. One that is given here is ' +
        'checked early and not kept. Name, photo, `locale` and `metadata` become the account’s where the proof carries the `request` of this ' +
        'answer. Without `locale` that is the language that `Accept-Language` prefers.',
      body: {
        examples: {
          ada: { email: 'ada@example.com', name: 'Ada', locale: 'de-CH' },
          withMetadata: { email: 'ada@example.com', name: 'Ada', metadata: { theme: 'dark' } },
        },
      },
      answers: { 202: accepted('Taken: a mail is on its way.') },
      problems: ['sign-up-closed', 'weak-password', 'too-many-requests'],
    }),
    describe(showMe, {
      id: 'getMe',
      summary: 'Who am I',
      description: 'The user behind the access token.',
      answers: {
        200: {
          description: 'The user.',
          headers: ['Cache-Control'],
          content: { schema: User, examples: { ada: user } },
        },
      },
    }),
    describe(changeMe, {
      id: 'changeMe',
      summary: 'Change name, photo, language or metadata',
      description:
        'What is left out stays as it is; a `photo` or `locale` of `null` removes it. The keys of `metadata` that are given take the place of what was ' +
        'there, one that is `null` goes, and the others stay. Too large, too deep (32 levels) or nothing that PostgreSQL can keep: `422`.',
      body: {
        examples: {
          name: { name: 'Ada L.' },
          removePhoto: { photo: null },
          language: { locale: 'pt-BR' },
          metadata: { metadata: { theme: 'dark', beta: null } },
        },
        optional: true,
      },
      answers: {
        200: {
          description: 'The user as it is now.',
          headers: ['Cache-Control'],
          content: { schema: User, examples: { ada: { ...user, name: 'Ada L.' } } },
        },
      },
    }),
    describe(deleteAccount, {
      id: 'deleteMe',
      summary: 'Delete the account',
      description: 'The account and all that hangs on it are gone; there is no way back. A mail says so.',
      body: {
        examples: { password: { password: 'replace me with words of your own' }, recent: {} },
        optional: true,
      },
      answers: { 204: { description: 'Gone.', headers: ['Set-Cookie?'] } },
      problems: ['invalid-credentials', 'account-is-guest', 'too-many-requests'],
    }),
  ],
};
