// What operators do beside what the user does at that moment: no session is left that anybody can use, and nothing is done twice.

import { sql } from 'drizzle-orm/sql/sql';
import { beforeAll, expect, test } from 'vitest';
import { disableUser, enableUser } from '../../src/operators/disable.ts';
import { endChosenSessions, endUserSessions } from '../../src/operators/end-sessions.ts';
import type { Act } from '../../src/operators/operator.ts';
import { type Person, signedIn } from '../accounts/people.ts';
import type { Service } from '../service.ts';
import { ended, newOwner, type Owner, refresh, start, startQuietService, times } from '../sessions/driver.ts';
import { hold, lineUp, waiting } from '../sessions/line-up.ts';
import { promoted } from './operators.ts';

let service: Service;
let admin: Person;
let byRequest: () => Act;

beforeAll(async () => {
  service = await startQuietService();
  admin = await promoted(service, await signedIn(service));
  const { newId } = service.dependencies;
  byRequest = () => ({
    operator: { caller: { sessionId: admin.session_id, userId: admin.id, now: service.clock.now } },
    eventId: newId(),
    origin: { ip: null, userAgent: null },
    now: service.clock.now,
  });
});

const db = () => service.dependencies.database;

/** Whether the access token of a session opens anything, or its refresh token gives another. */
async function expectUnusable(session: { accessToken: string; refreshToken: string }) {
  const me = await service.call('GET', '/api/users/me', { bearer: session.accessToken });
  expect(me).toMatchObject(ended);
  expect(await refresh(service, session.refreshToken)).toMatchObject(ended);
}

async function eventsOf({ userId }: Owner, kind: string): Promise<unknown[]> {
  return db().query(
    sql`select id, actor_id from security_events where user_id = ${userId} and kind = ${kind}`,
    {
      repeatable: true,
    },
  );
}

const rounds = Array.from({ length: times(20, 150) });

/** Sign-ins of before this moment; where one is refused there is no session. */
const signIns = (owner: Owner, count: number) =>
  Array.from({ length: count }, () => start(service, owner).catch(() => undefined));

test(`a user who is disabled while they sign in and refresh has no session (${rounds.length} times)`, async () => {
  for (const _ of rounds) {
    const owner = await newOwner(service);
    const session = await start(service, owner);
    const disable = () => disableUser(db(), { ...byRequest(), userId: owner.userId, reason: 'spam' });
    const [first, answer, second, ...begun] = await Promise.all([
      disable(),
      refresh(service, session.refreshToken),
      disable(),
      ...signIns(owner, 4),
    ]);
    expect([first, second]).toEqual(['done', 'done']);
    await expectUnusable(session);
    if (answer.status === 200) {
      const { access_token: accessToken, refresh_token: refreshToken } = answer.body;
      await expectUnusable({ accessToken, refreshToken });
    }
    for (const one of begun) {
      if (one) await expectUnusable(one);
    }
    const [row] = await db().query<{ epoch: number; late: number }>(
      sql`
        select u.session_epoch as epoch, (
          select count(*)::int from sessions s where s.user_id = u.id and s.ended_at is null and s.epoch = u.session_epoch
        ) as late
        from users u where u.id = ${owner.userId}`,
      { repeatable: true },
    );
    expect(row).toEqual({ epoch: 1, late: 0 });
    expect(await eventsOf(owner, 'account-disabled')).toEqual([
      { id: expect.any(String), actor_id: admin.id },
    ]);
  }
});

test(`ending all sessions beside sign-ins leaves those alone that began after it (${rounds.length} times)`, async () => {
  for (const _ of rounds) {
    const owner = await newOwner(service);
    const before = await start(service, owner);
    const [outcome] = await Promise.all([
      endUserSessions(db(), { ...byRequest(), userId: owner.userId }),
      ...signIns(owner, 3),
    ]);
    expect(outcome).toBe('done');
    await expectUnusable(before);
    const [row] = await db().query<{ usable: number; later: number }>(
      sql`
        select count(*) filter (where s.ended_at is null and s.epoch = u.session_epoch)::int as usable,
          count(*) filter (where s.epoch = 1 and s.ended_at is null)::int as later
        from sessions s join users u on u.id = s.user_id where u.id = ${owner.userId}`,
      { repeatable: true },
    );
    expect(row?.usable).toBe(row?.later);
    expect(await eventsOf(owner, 'sessions-ended')).toHaveLength(1);
  }
});

test(`many who end the same sessions, of the same users in any order, end each once and wait for no circle (${rounds.length} times)`, async () => {
  const { newId } = service.dependencies;
  for (const _ of rounds) {
    const owners = [await newOwner(service), await newOwner(service)];
    const sessions = [];
    for (const owner of [...owners, ...owners]) sessions.push(await start(service, owner));
    const end = (order: readonly { id: string }[]) =>
      endChosenSessions(db(), {
        ...byRequest(),
        sessions: order.map(({ id }) => ({ id, eventId: newId() })),
      });
    const counts = await Promise.all([
      end(sessions),
      end(sessions.toReversed()),
      end(sessions.slice(1)),
      ...owners.map(({ userId }) => disableUser(db(), { ...byRequest(), userId, reason: 'spam' })),
      end(sessions.toReversed().slice(1)),
    ]);
    const byChoice = counts
      .filter((count) => typeof count === 'number')
      .reduce((sum, count) => sum + count, 0);
    const [row] = await db().query<{ events: number; disabled: number }>(
      sql`
        select (select count(*) from security_events where kind = 'sessions-ended' and session_id = any (${sql.param(sessions.map(({ id }) => id))}::uuid[]))::int as events,
          (select count(*) from sessions where end_reason = 'disabled' and id = any (${sql.param(sessions.map(({ id }) => id))}::uuid[]))::int as disabled`,
      { repeatable: true },
    );
    expect(byChoice).toBe(row?.events);
    expect(byChoice + (row?.disabled ?? 0)).toBe(4);
    for (const session of sessions) await expectUnusable(session);
  }
});

test('the same act twice, as a driver that lost the answer sends it, is one event', async () => {
  const { newId } = service.dependencies;
  const owner = await newOwner(service);
  const sessions = [{ id: (await start(service, owner)).id, eventId: newId() }];
  const act = byRequest();
  expect(await endChosenSessions(db(), { ...act, sessions })).toBe(1);
  expect(await endChosenSessions(db(), { ...act, sessions })).toBe(1);
  const again = { ...byRequest(), userId: owner.userId };
  for (const run of [endUserSessions, enableUser, enableUser]) expect(await run(db(), again)).toBe('done');
  expect(await endUserSessions(db(), again)).toBe('done');
  expect(await eventsOf(owner, 'sessions-ended')).toHaveLength(2);
});

test('who is made an admin at the moment at which they are disabled is one or the other, and not both', async () => {
  for (const isFirst of [true, false]) {
    const owner = await newOwner(service);
    const disable = () => disableUser(db(), { ...byRequest(), userId: owner.userId, reason: 'spam' });
    const promote = () =>
      db().query(sql`update users set role = 'admin' where id = ${owner.userId} and disabled_at is null`, {
        repeatable: false,
      });
    const row = { table: 'users', id: owner.userId } as const;
    const results = await lineUp<unknown[]>(service, row, isFirst ? [promote, disable] : [disable, promote]);
    expect(results[isFirst ? 1 : 0]).toBe(isFirst ? 'is-admin' : 'done');
    const [user] = await db().query<{ role: string; is_disabled: boolean }>(
      sql`select role, disabled_at is not null as is_disabled from users where id = ${owner.userId}`,
      { repeatable: true },
    );
    expect(user).toEqual(
      isFirst ? { role: 'admin', is_disabled: false } : { role: 'user', is_disabled: true },
    );
  }
});

test('a sign-in and a refresh that wait for the user’s row beside a disabling come to nothing', async () => {
  const owner = await newOwner(service);
  const session = await start(service, owner);
  const disable = () => disableUser(db(), { ...byRequest(), userId: owner.userId, reason: 'spam' });
  const signIn = () => start(service, owner).catch(() => undefined);
  const row = { table: 'users', id: owner.userId } as const;
  const [begun] = await lineUp<[Awaited<ReturnType<typeof signIn>>, unknown]>(service, row, [
    signIn,
    disable,
  ]);
  // It was first, and its session is of an epoch that is over.
  if (!begun) throw new Error('no session began');
  for (const one of [session, begun]) await expectUnusable(one);
});

test('ending chosen sessions waits for their users first, and holds no session meanwhile', async () => {
  const owner = await newOwner(service);
  const session = await start(service, owner);
  const sessions = [{ id: session.id, eventId: service.dependencies.newId() }];
  const { release } = await hold(service, sql`users where id = ${owner.userId}`);
  const ending = endChosenSessions(db(), { ...byRequest(), sessions });
  await waiting(service, 1);
  const free = await db().query(
    sql`select id from sessions where id = ${session.id} for update skip locked`,
    {
      repeatable: true,
    },
  );
  await release();
  expect(free).toHaveLength(1);
  expect(await ending).toBe(1);
  await expectUnusable(session);
});
