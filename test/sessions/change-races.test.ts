// A change of the password beside refreshes, itself and other endings: one chain goes on, or none, and no key is worth two.

import { sql } from 'drizzle-orm/sql/sql';
import { decodeJwt } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import { sealKnownDevice } from '../../src/tokens/known-device.ts';
import { otherPassword } from '../mail/granted.ts';
import { cheapHash } from '../mail/tables.ts';
import { countedFor, forget } from '../proofs/asking.ts';
import { type Answer, password, type Service } from '../service.ts';
import { changeStatement } from './change-statement.ts';
import {
  ended,
  endedBecause,
  listed,
  newOwner,
  type Owner,
  refresh,
  rowOf,
  type Session,
  start,
  startQuietService,
  superseded,
  theftMails,
  times,
} from './driver.ts';
import { lineUp } from './line-up.ts';

let service: Service;

beforeAll(async () => {
  service = await startQuietService();
});

const repeatedly = (count: number) => Array.from({ length: count }, (_, index) => index);

const newKey = () => crypto.randomUUID();

const change = ({ userId }: Owner, { id }: Session, key: string) =>
  changeStatement(service, { sessionId: id, userId }, key);

/** The same over HTTP, for an owner whose password is `password`. */
function changeByHttp(
  { accessToken }: Session,
  key: string | undefined,
  chosen = otherPassword,
): Promise<Answer> {
  return service.call('POST', '/api/auth/change-password', {
    json: { current_password: password, new_password: chosen },
    bearer: accessToken,
    ...(key && { headers: { 'Idempotency-Key': key } }),
  });
}

async function livingSessions({ userId }: Owner): Promise<string[]> {
  const rows = await service.dependencies.database.query<{ id: string }>(
    sql`select s.id from sessions s join users u on u.id = s.user_id
      where s.user_id = ${userId} and s.ended_at is null and s.epoch = u.session_epoch`,
    { repeatable: true },
  );
  return rows.map(({ id }) => id);
}

/** It was replaced at this generation, and nothing of it works. */
async function expectReplaced(
  { id, refreshToken }: Session,
  generation: number,
  more: readonly string[] = [],
) {
  expect(await rowOf(service, id)).toMatchObject({ generation, end_reason: 'password-changed' });
  expect(await listed(service, id)).toMatchObject([
    { jti: `${id}.${generation}`, reason: 'password-changed' },
  ]);
  for (const token of [refreshToken, ...more])
    expect(await refresh(service, token)).toMatchObject(endedBecause('password-changed'));
}

const row = ({ id }: Session) => ({ table: 'sessions', id }) as const;

test(`a change beside a refresh with the same key: one of them happens, and the key brings what did (${times(12, 200)} times)`, async () => {
  for (const repetition of repeatedly(times(12, 200))) {
    const owner = await newOwner(service);
    const [session, other] = [await start(service, owner), await start(service, owner)];
    const key = newKey();
    const changing = () => change(owner, session, key);
    const refreshing = () => refresh(service, session.refreshToken, key);
    let changed: Awaited<ReturnType<typeof change>>;
    let answer: Answer;
    if (repetition % 3 === 0) [changed, answer] = await lineUp(service, row(session), [changing, refreshing]);
    else if (repetition % 3 === 1)
      [answer, changed] = await lineUp(service, row(session), [refreshing, changing]);
    else [changed, answer] = await Promise.all([changing(), refreshing()]);
    if (repetition % 3 < 2) expect(changed.outcome).toBe(['changed', 'superseded'][repetition % 3]);

    expect(answer.status).toBe(200);
    const { jti } = decodeJwt(answer.body.refresh_token);
    if (changed.outcome === 'changed') {
      expect(jti).toBe(`${changed.session_id}.0`);
      await expectReplaced(session, 0);
      expect(await livingSessions(owner)).toEqual([changed.session_id]);
    } else {
      expect(changed.outcome).toBe('superseded');
      expect(jti).toBe(`${session.id}.1`);
      expect((await livingSessions(owner)).sort()).toEqual([session.id, other.id].sort());
    }
    expect((await refresh(service, session.refreshToken, key)).body.refresh_token).toBe(
      answer.body.refresh_token,
    );
    expect(await refresh(service, answer.body.refresh_token, newKey())).toMatchObject({ status: 200 });
  }
}, 600_000);

test(`a change beside a refresh with another key or none: the change wins (${times(12, 200)} times)`, async () => {
  for (const repetition of repeatedly(times(12, 200))) {
    const owner = await newOwner(service);
    const session = await start(service, owner);
    const changing = () => change(owner, session, newKey());
    const refreshing = () => refresh(service, session.refreshToken, [undefined, newKey()][repetition % 2]);
    let changed: Awaited<ReturnType<typeof change>>;
    let answer: Answer;
    if (repetition % 3 === 0) {
      [changed, answer] = await lineUp(service, row(session), [changing, refreshing]);
      expect(answer).toMatchObject(endedBecause('password-changed'));
    } else if (repetition % 3 === 1) {
      [answer, changed] = await lineUp(service, row(session), [refreshing, changing]);
      expect(answer.status).toBe(200);
    } else [changed, answer] = await Promise.all([changing(), refreshing()]);
    if (changed.outcome !== 'changed') throw new Error(`It was ${changed.outcome}`);
    const given = answer.status === 200 ? [answer.body.refresh_token] : [];
    await expectReplaced(session, given.length, given);
    expect(await livingSessions(owner)).toEqual([changed.session_id]);
  }
}, 600_000);

test(`one change sent several times at once with one key happens once, and each gets its session (${times(6, 200)} times)`, async () => {
  for (const _ of repeatedly(times(6, 200))) {
    const owner = await newOwner(service, cheapHash);
    const session = await start(service, owner);
    const key = newKey();
    const answers = await Promise.all(repeatedly(3).map(() => changeByHttp(session, key)));
    for (const answer of answers) expect(answer).toMatchObject({ status: 200 });
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
    const [{ body }] = answers as [Answer];
    expect(await livingSessions(owner)).toEqual([body.session_id]);
    await expectReplaced(session, 0);
    expect(await refresh(service, body.refresh_token, newKey())).toMatchObject({ status: 200 });
  }
}, 1_200_000);

test(`of several changes at once with keys of their own, or with none, one happens (${times(6, 200)} times)`, async () => {
  for (const repetition of repeatedly(times(6, 200))) {
    const owner = await newOwner(service, cheapHash);
    const [session, other] = [await start(service, owner), await start(service, owner)];
    const key = () => (repetition % 2 === 0 ? newKey() : undefined);
    const answers = await Promise.all([
      changeByHttp(session, key(), 'copper violin raft dune'),
      changeByHttp(session, key()),
      changeByHttp(other, key()),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
    for (const answer of answers.filter(({ status }) => status === 401)) expect(answer).toMatchObject(ended);
    const won = answers.find(({ status }) => status === 200);
    expect(await livingSessions(owner)).toEqual([won?.body.session_id]);
  }
}, 1_200_000);

test(`a repeat beside a refresh of the new session leaves one chain (${times(6, 200)} times)`, async () => {
  for (const _ of repeatedly(times(6, 200))) {
    const owner = await newOwner(service, cheapHash);
    const session = await start(service, owner);
    const key = newKey();
    const first = (await changeByHttp(session, key)).body;
    const refreshKey = newKey();
    const [again, old, next] = await Promise.all([
      changeByHttp(session, key),
      refresh(service, session.refreshToken, key),
      refresh(service, first.refresh_token, refreshKey),
    ]);
    expect(next.status).toBe(200);
    for (const answer of [again, old]) {
      if (answer.status === 200) expect(answer.body.refresh_token).toBe(first.refresh_token);
      else expect(answer).toMatchObject(superseded);
    }
    expect(await livingSessions(owner)).toEqual([first.session_id]);
    expect(await rowOf(service, first.session_id)).toMatchObject({ generation: 1, ended_at: null });
    expect(await theftMails(service, owner)).toBe(0);
  }
}, 1_200_000);

const endings: Record<string, (session: Session) => Promise<Answer>> = {
  'a logout of every session': ({ accessToken: bearer }) =>
    service.call('POST', '/api/auth/logout-all', { bearer }),
  'a logout': ({ refreshToken }) =>
    service.call('POST', '/api/auth/logout', { json: { refresh_token: refreshToken } }),
};

test.for(Object.entries(endings))(
  `a change beside %s leaves nothing of the old session (${times(6, 200)} times)`,
  { timeout: 600_000 },
  async ([name, end]) => {
    for (const _ of repeatedly(times(6, 200))) {
      const owner = await newOwner(service);
      const [session] = [await start(service, owner), await start(service, owner)];
      const [changed, answer] = await Promise.all([change(owner, session, newKey()), end(session)]);
      expect([204, 401]).toContain(answer.status);
      expect(await refresh(service, session.refreshToken)).toMatchObject(ended);
      expect(await listed(service, session.id)).toHaveLength(1);
      const alive = await livingSessions(owner);
      // A logout ends the session whose token it was given: where it came too late, that is over already.
      if (name !== 'a logout' && answer.status === 204) expect(alive).toEqual([]);
      if (changed.outcome === 'changed' && answer.status === 401) expect(alive).toEqual([changed.session_id]);
    }
  },
);

test('a device of a sign-in that a change of the password waited for is known no more', async () => {
  const owner = await newOwner(service);
  const session = await start(service, owner);
  const [signedIn, changed] = await lineUp(service, { table: 'users', id: owner.userId }, [
    () => start(service, owner),
    () => change(owner, session, newKey()),
  ]);
  expect(changed).toMatchObject({ outcome: 'changed' });
  const { dataKeys, database } = service.dependencies;
  const [row] = await database.query<{ device_id: string }>(
    sql`select device_id from sessions where id = ${signedIn.id}`,
    { repeatable: true },
  );
  const device = { deviceId: row?.device_id ?? '', userId: owner.userId };
  const known_device = await sealKnownDevice(dataKeys, device, service.clock.now);
  await forget(service, owner.email, { known_device });
  expect(Object.keys(await countedFor(service, owner.email))).toContain('stranger');
  expect(Object.keys(await countedFor(service, owner.email))).not.toContain(device.deviceId);
});
