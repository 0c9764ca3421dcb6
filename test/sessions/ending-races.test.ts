import { sql } from 'drizzle-orm/sql/sql';
import { beforeAll, expect, test } from 'vitest';
import { changePassword } from '../../src/features/account/change-password-statements.ts';
import { type Answer, password, type Service } from '../service.ts';
import {
  accessTokenNow,
  ended,
  endedBecause,
  listed,
  logout,
  newOwner,
  type Owner,
  refresh,
  rowOf,
  type Session,
  start,
  startQuietService,
  times,
} from './driver.ts';
import { lineUp } from './line-up.ts';

// Endings that race a refresh or a login: whatever the order, what ended has ended, and the list has its newest token.

let service: Service;

beforeAll(async () => {
  service = await startQuietService();
});

const repeatedly = (count: number) => Array.from({ length: count }, (_, index) => index);

type Ending = (session: Session, other: Session) => Promise<Answer>;

const endings: Record<string, Ending> = {
  logout: (session) => logout(service, session.refreshToken),
  'logout-all': (_, other) => service.call('POST', '/api/auth/logout-all', { bearer: other.accessToken }),
  revoked: (session, other) =>
    service.call('DELETE', `/api/auth/sessions/${session.id}`, { bearer: other.accessToken }),
};

/** It is over, its list has its newest token alone, and whatever a refresh returned meanwhile is refused. */
async function expectOver(session: Session, reason: string, answers: readonly Answer[]) {
  const { generation, end_reason } = await rowOf(service, session.id);
  expect(end_reason).toBe(reason);
  expect(await listed(service, session.id)).toMatchObject([{ jti: `${session.id}.${generation}`, reason }]);
  const given = new Set(answers.flatMap(({ body }) => body?.refresh_token ?? []));
  for (const token of [session.refreshToken, ...given])
    expect(await refresh(service, token)).toMatchObject(ended);
}

test.for(Object.entries(endings))(
  `%s before, after and beside a refresh wins (${times(25, 200)} times)`,
  async ([reason, end]) => {
    for (const repetition of repeatedly(times(25, 200))) {
      const owner = await newOwner(service);
      const [session, other] = [await start(service, owner), await start(service, owner)];
      const ending = () => end(session, other);
      const refreshing = () => refresh(service, session.refreshToken);
      const row = { table: 'sessions', id: session.id } as const;
      if (repetition % 8 === 0) {
        const [, late] = await lineUp(service, row, [ending, refreshing]);
        expect(late).toMatchObject(ended);
        expect(await rowOf(service, session.id)).toMatchObject({ generation: 0 });
        await expectOver(session, reason, []);
      } else if (repetition % 8 === 1) {
        const [early] = await lineUp(service, row, [refreshing, ending]);
        expect(early.status).toBe(200);
        expect(await rowOf(service, session.id)).toMatchObject({ generation: 1 });
        await expectOver(session, reason, [early]);
      } else {
        const calls = [refreshing, ending, refreshing, ending, refreshing];
        const answers = await Promise.all(calls.map((call) => call()));
        // Of two calls that end the caller's own session as well, one may come too late.
        expect([answers[1]?.status, answers[3]?.status]).toContain(204);
        await expectOver(session, reason, answers);
      }
    }
  },
);

test(`a logout of every session beside refreshes of all of them leaves none (${times(25, 200)} times)`, async () => {
  for (const _ of repeatedly(times(25, 200))) {
    const owner = await newOwner(service);
    const sessions = await Promise.all([1, 2].map(() => start(service, owner)));
    const [first] = sessions as [Session];
    const answers = await Promise.all([
      ...sessions.map(({ refreshToken }) => refresh(service, refreshToken)),
      service.call('POST', '/api/auth/logout-all', { bearer: first.accessToken }),
      ...sessions.map(({ refreshToken }) => refresh(service, refreshToken)),
    ]);
    for (const session of sessions) {
      const own = answers.filter(({ body }) => body?.session_id === session.id);
      await expectOver(session, 'logout-all', own);
    }
  }
});

test(`a login that a logout of every session could not see yet is over with the others (${times(15, 200)} times)`, async () => {
  for (const _ of repeatedly(times(15, 200))) {
    const owner = await newOwner(service);
    const { accessToken } = await start(service, owner);
    // The login has the user's row first; the logout has looked at the sessions before the login was there.
    const [begun, everything] = await lineUp(service, { table: 'users', id: owner.userId }, [
      () => start(service, owner),
      () => service.call('POST', '/api/auth/logout-all', { bearer: accessToken }),
    ]);
    expect(everything.status).toBe(204);
    expect(await refresh(service, begun.refreshToken)).toMatchObject(endedBecause('revoked'));
    const bearer = await accessTokenNow(service, owner, begun.id);
    expect(await service.call('GET', '/api/users/me', { bearer })).toMatchObject(ended);
    expect(await service.call('GET', '/api/auth/sessions', { bearer })).toMatchObject(ended);
  }
});

test(`a login that waits for a logout of every session comes after it, and lives (${times(15, 200)} times)`, async () => {
  for (const _ of repeatedly(times(15, 200))) {
    const owner = await newOwner(service);
    const before = await start(service, owner);
    const [, begun] = await lineUp(service, { table: 'users', id: owner.userId }, [
      () => service.call('POST', '/api/auth/logout-all', { bearer: before.accessToken }),
      () => start(service, owner),
    ]);
    expect(await refresh(service, before.refreshToken)).toMatchObject(ended);
    expect(await refresh(service, begun.refreshToken)).toMatchObject({ status: 200 });
  }
});

/** The statement of a change of password, without its two hashes. */
function change(owner: Owner, { id }: Session) {
  const { dependencies, clock } = service;
  return changePassword(dependencies.database, {
    sessionId: id,
    userId: owner.userId,
    passwordVersion: 0,
    passwordHash: 'another',
    keyHash: null,
    network: null,
    refreshTokenSeconds: dependencies.config.refreshTokenSeconds,
    newSessionId: dependencies.newId(),
    newDeviceId: dependencies.newId(),
    now: clock.now,
    origin: { userAgent: null, ip: null },
    eventId: dependencies.newId(),
    mailId: dependencies.newId(),
    roleClaim: 'role',
  });
}

test(`a login with the old password beside a change of it leads nowhere (${times(15, 200)} times)`, async () => {
  for (const repetition of repeatedly(times(15, 200))) {
    const owner = await newOwner(service);
    const caller = await start(service, owner);
    const login = () => start(service, owner).catch(() => undefined);
    const changing = () => change(owner, caller);
    const row = { table: 'users', id: owner.userId } as const;
    if (repetition % 2 === 0) {
      const [, late] = await lineUp(service, row, [changing, login]);
      expect(late).toBeUndefined();
    } else {
      const [early] = await lineUp(service, row, [login, changing]);
      expect(await refresh(service, early?.refreshToken ?? '')).toMatchObject(ended);
    }
  }
});

test('a password that is changed between the two statements of a login starts no session', async () => {
  const { dependencies, transport } = service;
  const { userId, email } = await newOwner(service);
  const set = (hash: string) =>
    dependencies.database.query(
      sql`update users set password_hash = ${hash}, password_version = password_version + 1 where id = ${userId}`,
      { repeatable: false },
    );
  await set(await dependencies.passwords.hash(password));
  let started = 0;
  service.transport = async (input, init) => {
    if (String(init?.body).includes('insert into sessions')) {
      started += 1;
      service.transport = transport;
      await set('another');
    }
    return transport(input, init);
  };
  const answer = await service.call('POST', '/api/auth/login', { json: { email, password } });
  expect(started).toBe(1);
  expect(answer).toMatchObject({
    status: 401,
    body: { type: expect.stringMatching(/invalid-credentials$/) },
  });
  const sessions = await dependencies.database.query(sql`select from sessions where user_id = ${userId}`, {
    repeatable: true,
  });
  expect(sessions).toEqual([]);
});
