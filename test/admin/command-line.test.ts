// The statements of operators by the command line: it has the database's credentials, may touch admins too, and is named in the log.

import { sql } from 'drizzle-orm/sql/sql';
import { beforeAll, expect, test } from 'vitest';
import { changeAppMetadata } from '../../src/operators/app-metadata.ts';
import { deleteUser } from '../../src/operators/delete.ts';
import { disableUser, enableUser } from '../../src/operators/disable.ts';
import { endChosenSessions, endUserSessions } from '../../src/operators/end-sessions.ts';
import { findUsers } from '../../src/operators/find-users.ts';
import { listEvents } from '../../src/operators/list-events.ts';
import { listMails, retryMail } from '../../src/operators/mails.ts';
import type { Act } from '../../src/operators/operator.ts';
import { removeSecondFactors } from '../../src/operators/remove-factors.ts';
import { sendReset } from '../../src/operators/send-reset.ts';
import { showUser } from '../../src/operators/show-user.ts';
import { type Person, signedIn } from '../accounts/people.ts';
import { withTotp } from '../factors/authenticator.ts';
import { type Service, startService } from '../service.ts';

const operator = 'command-line' as const;
const nobody = '0197a1b2-0000-7000-8000-00000000000a';
const page = { operator, before: 'ffffffff-ffff-ffff-ffff-ffffffffffff', limit: 26 } as const;

let service: Service;
let person: Person;

beforeAll(async () => {
  service = await startService();
  person = await signedIn(service);
  const { id } = person;
  // Out of reach by a request.
  await service.dependencies.database.query(sql`update users set role = 'admin' where id = ${id}`, {
    repeatable: true,
  });
});

const act = (): Act => ({
  operator,
  eventId: service.dependencies.newId(),
  origin: { ip: null, userAgent: null },
  now: service.clock.now,
});

const newId = () => service.dependencies.newId();

/** The only one of its kind. */
async function eventOf(user: string, kind: string) {
  const events = (await listEvents(db(), { ...page, user, kind })) ?? [];
  expect(events).toHaveLength(1);
  return events[0];
}

test.for([
  [
    'disabled',
    'account-disabled',
    { reason: 'spam' },
    (userId: string) => disableUser(db(), { ...act(), userId, reason: 'spam' }),
  ],
  ['enabled', 'account-enabled', {}, (userId: string) => enableUser(db(), { ...act(), userId })],
  ['signed out', 'sessions-ended', {}, (userId: string) => endUserSessions(db(), { ...act(), userId })],
  [
    'sent a reset',
    'reset-sent',
    {},
    (userId: string) => sendReset(db(), { ...act(), userId, newId: newId(), callHash: null }),
  ],
] as const)('somebody is %s', async ([, kind, details, run]) => {
  expect(await run(nobody)).toBe('not-found');
  expect(await run(person.id)).toBe('done');
  expect(await eventOf(person.id, kind)).toMatchObject({
    kind,
    actor_id: null,
    details: { ...details, by: 'command-line' },
    email: person.email,
  });
});

const db = () => service.dependencies.database;

test('a second factor is removed', async () => {
  const other = await withTotp(service, await signedIn(service));
  expect(await removeSecondFactors(db(), { ...act(), userId: other.id, mailId: newId() })).toBe('done');
  expect(await eventOf(other.id, 'totp-removed')).toMatchObject({ details: { by: 'command-line' } });
  expect(
    await showUser(db(), { operator, userId: other.id, byEmailCode: true, now: service.clock.now }),
  ).toMatchObject({
    second_factors: [],
    ways_in: { password: true, email_code: true },
    sessions: [{ current: false, acr: 'aal2' }],
  });
});

test('metadata is changed, sessions are ended, a mail is sent again, an account is deleted', async () => {
  const other = await signedIn(service);
  const changed = await changeAppMetadata(db(), {
    ...act(),
    userId: other.id,
    metadata: { plan: 'gold', gone: null },
  });
  expect(changed).toMatchObject({ outcome: 'done', user: { id: other.id } });
  const found = await findUsers(db(), { ...page, query: other.email });
  expect(found).toEqual([expect.objectContaining({ id: other.id, email: other.email })]);
  const sessions = [{ id: other.session_id, eventId: newId() }];
  expect(await endChosenSessions(db(), { ...act(), sessions })).toBe(1);
  const userId = other.id;
  expect(await sendReset(db(), { ...act(), userId, newId: newId(), callHash: null })).toBe('done');
  const waiting = (await listMails(db(), { ...page, state: 'waiting' })) ?? [];
  const mail = waiting.find(({ user_id, kind }) => user_id === userId && kind === 'reset-password');
  expect(mail).toMatchObject({ kind: 'reset-password', email: other.email });
  expect(
    await retryMail(db(), { ...act(), mailId: mail?.id ?? '', newId: newId(), callHash: null }),
  ).toMatchObject({
    outcome: 'done',
    id: expect.any(String),
  });
  const last = act();
  expect(await deleteUser(db(), { ...last, userId, mailId: newId() })).toBe('done');
  expect(await deleteUser(db(), { ...last, userId, mailId: newId() })).toBe('done');
  expect(await deleteUser(db(), { ...act(), userId, mailId: newId() })).toBe('not-found');
  const deletions = await listEvents(db(), { ...page, kind: 'account-deleted' });
  expect(deletions).toEqual([
    expect.objectContaining({ user_id: null, details: { user_id: userId, by: 'command-line' } }),
  ]);
});
