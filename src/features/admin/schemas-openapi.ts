// A user as operators see it, in the OpenAPI document.

import * as z from 'zod/mini';
import { count, exampleId, exampleTime, id, noted, said, time } from '../../build/openapi/describe.ts';
import { Identity } from '../../build/openapi/identity.ts';
import type { OperatorsEvent } from '../../operators/list-events.ts';
import type { QueuedMail } from '../../operators/mails.ts';
import type { Pause, UserInFull as ShownInFull } from '../../operators/show-user.ts';
import type { AdminUser as ShownUser } from '../../operators/shown-user.ts';
import type { ListedSession } from '../../sessions/listed-sessions.ts';

/** Notes of what every list of operators takes. */
export function paged({
  limit,
  cursor,
}: {
  readonly limit: z.core.$ZodType;
  readonly cursor: z.core.$ZodType;
}) {
  noted(limit, { type: 'integer', description: 'How many at most.' });
  noted(cursor, { description: 'The `next_cursor` of the page before. Left out: the first page.' });
}

export const nextCursor = () =>
  z.nullable(said('For `cursor`, to get the next page; null on the last one. Opaque.'));
const text = () => z.nullable(z.string());
const moment = (description: string) => z.nullable(time(description));
const json = (description: string) => noted(z.record(z.string(), z.unknown()), { description });

const userFields = {
  id: noted(z.string(), { format: 'uuid' }),
  email: text(),
  email_verified: z.boolean(),
  name: z.string(),
  role: said('`user` or `admin`. More may come.'),
  provider: z.string(),
  external_id: z.nullable(said('In the system that the user was imported from.')),
  is_guest: z.boolean(),
  disabled_at: moment('Since when nobody signs in.'),
  disabled_reason: text(),
  has_password: z.boolean(),
  second_factors: noted(z.array(z.string()), { description: '`totp`, where it is on.' }),
  passkeys: count('How many.'),
  identities: count('How many accounts with providers open it.'),
  created_at: time('When it was made.'),
  updated_at: time('When it last changed.'),
  last_used_at: moment('When one of its sessions was last refreshed, rounded down to the hour.'),
};

export const AdminUser: z.ZodMiniType<ShownUser> = z.object(userFields);
export const AdminUsers = z.object({ data: z.array(AdminUser), next_cursor: nextCursor() });

export const mailFields = {
  id: id(),
  kind: said('`verify-email`, `reset-password`, `new-sign-in`, … More may come.'),
  created_at: time('When it was queued.'),
  attempts: count('How often it was tried.'),
  due_at: time('When it is tried next, of one that waits.'),
  sent_at: moment('When the mail server took it; or when there was nothing to say any more.'),
  failed_at: moment('When it was given up.'),
  last_error: z.nullable(said('What the mail server said at the last attempt that failed.')),
};

export const AdminEvent: z.ZodMiniType<OperatorsEvent> = z.object({
  id: id(),
  kind: said('`signed-in`, `sign-in-failed`, `account-disabled`, … More may come.'),
  user_id: z.nullable(
    said('Null where nobody has the address that was tried, and where the account is gone.'),
  ),
  email: z.nullable(said('Of the user.')),
  session_id: z.nullable(id()),
  ip: text(),
  user_agent: text(),
  count: count('How often it happened within the hour: guesses are counted in one event.'),
  request_id: z.nullable(
    noted(z.string(), { format: 'uuid', description: 'Of the request that caused it.' }),
  ),
  actor_id: z.nullable(said('The operator who did it.')),
  details: json('A reason; of a deleted account, which it was. For operators alone.'),
  created_at: time('When it happened.'),
});

const Session: z.ZodMiniType<ListedSession> = z.object({
  id: id(),
  device_name: text(),
  user_agent: text(),
  ip: text(),
  created_at: time('When it began.'),
  last_used_at: time('When it was last refreshed, rounded down to the hour.'),
  expires_at: time('When it ends, unless it is used before, rounded down to the hour.'),
  current: noted(z.boolean(), { description: 'The operator’s own, which calls.' }),
  device_bound: z.boolean(),
  amr: z.array(z.string()),
  acr: text(),
});

const PauseShape: z.ZodMiniType<Pause> = z.object({
  of: noted(z.enum(['strangers', 'device', 'session']), {
    description:
      'Wrong passwords are counted apart for strangers, for each known device and for each session.',
  }),
  attempts: count('How many in a row.'),
  locked_until: moment('Until when no password is looked at.'),
});

const Mail: z.ZodMiniType<QueuedMail> = z.object(mailFields);

export const UserInFull: z.ZodMiniType<ShownInFull> = z.object({
  ...userFields,
  photo: text(),
  locale: z.nullable(said('What mails to them are written in: a language tag (BCP 47).')),
  metadata: json('The user’s own.'),
  app_metadata: json('What operators alone write.'),
  version: count('Counts what other systems are told of.'),
  ways_in: z.object({
    password: z.boolean(),
    passkeys: z.array(
      z.object({
        id: id(),
        name: z.string(),
        created_at: time('When it was added.'),
        last_used_at: moment('Rounded down to the hour.'),
        backed_up: z.boolean(),
      }),
    ),
    identities: z.array(Identity),
    email_code: noted(z.boolean(), { description: 'A mailed code signs in.' }),
  }),
  pauses: z.array(PauseShape),
  failed_sign_ins: count('Wrong passwords in a row from devices that never signed in.'),
  known_devices: count('How many.'),
  sessions: z.array(Session),
  mails: noted(z.array(Mail), { description: 'The last 20.' }),
  events: noted(z.array(AdminEvent), { description: 'The last 20.' }),
});

export const adminUser: ShownUser = {
  id: exampleId,
  email: 'ada@example.com',
  email_verified: true,
  name: 'Ada Lovelace',
  role: 'user',
  provider: 'local',
  external_id: null,
  is_guest: false,
  disabled_at: null,
  disabled_reason: null,
  has_password: true,
  second_factors: ['totp'],
  passkeys: 0,
  identities: 0,
  created_at: exampleTime,
  updated_at: exampleTime,
  last_used_at: '2026-03-01T09:00:00.000Z',
};

export const adminEvent: OperatorsEvent = {
  id: exampleId,
  kind: 'account-disabled',
  user_id: exampleId,
  email: 'ada@example.com',
  session_id: null,
  ip: '203.0.113.7',
  user_agent: 'ExampleBrowser/1.0',
  count: 1,
  request_id: exampleId,
  actor_id: '019ab3f2-0000-7000-8000-000000000001',
  details: { reason: 'Sends spam, ticket 4711' },
  created_at: exampleTime,
};

export const queuedMail: QueuedMail = {
  id: exampleId,
  kind: 'reset-password',
  created_at: exampleTime,
  attempts: 1,
  due_at: exampleTime,
  sent_at: null,
  failed_at: exampleTime,
  last_error: '550 5.1.1 No such user',
};

export const userInFull: ShownInFull = {
  ...adminUser,
  photo: null,
  locale: 'de-CH',
  metadata: { theme: 'dark' },
  app_metadata: { plan: 'gold' },
  version: 3,
  ways_in: { password: true, passkeys: [], identities: [], email_code: false },
  pauses: [{ of: 'strangers', attempts: 7, locked_until: '2026-03-01T09:34:00.000Z' }],
  failed_sign_ins: 7,
  known_devices: 1,
  sessions: [],
  mails: [queuedMail],
  events: [adminEvent],
};
