import { beforeAll, expect, test } from 'vitest';
import { type DeviceKey, newKey } from '../dpop/prover.ts';
import type { Answer, Service } from '../service.ts';
import { changeStatement } from './change-statement.ts';
import {
  ended,
  endedBecause,
  eventsOf,
  listed,
  logout,
  newOwner,
  type Owner,
  problem,
  refresh,
  reused,
  rowOf,
  type Session,
  start,
  startQuietService,
  successor,
  theftMails,
  times,
} from './driver.ts';
import { lineUp } from './line-up.ts';

// Refreshes with a device's key that race each other, a thief and the endings: bound once, and one chain or none.

let service: Service;
let device: DeviceKey;
let thief: DeviceKey;

beforeAll(async () => {
  service = await startQuietService();
  [device, thief] = await Promise.all([newKey(), newKey()]);
});

const repetitions = times(10, 200);
const repeatedly = (count: number) => Array.from({ length: count }, (_, index) => index);

type Life = { readonly owner: Owner; readonly session: Session };

async function begin(): Promise<Life> {
  const owner = await newOwner(service);
  return { owner, session: await start(service, owner, 'Phone') };
}

/** Each time with a proof of its own. */
async function refreshWith(key: DeviceKey, token: string, idempotencyKey?: string): Promise<Answer> {
  const proof = await key.proof('POST /api/auth/refresh', service.clock.now);
  return service.call('POST', '/api/auth/refresh', {
    json: { refresh_token: token },
    headers: { DPoP: proof, ...(idempotencyKey !== undefined && { 'Idempotency-Key': idempotencyKey }) },
  });
}

const row = ({ session }: Life) => ({ table: 'sessions', id: session.id }) as const;

/** Two calls in one order, in the other, or by chance. */
async function race<First, Second>(
  repetition: number,
  life: Life,
  calls: readonly [() => Promise<First>, () => Promise<Second>],
): Promise<[First, Second]> {
  const [first, second] = calls;
  if (repetition % 3 === 0) return lineUp<[First, Second]>(service, row(life), [first, second]);
  if (repetition % 3 === 1) {
    const [later, earlier] = await lineUp<[Second, First]>(service, row(life), [second, first]);
    return [earlier, later];
  }
  return Promise.all([first(), second()]);
}

const mismatch = problem(400, 'device-key-mismatch', { retryable: false, discard: false });

/** It is over, its owner was told once, and no token of it works, with whatever key. */
async function expectOneTheft({ owner, session }: Life, tokens: readonly string[]) {
  expect(await rowOf(service, session.id)).toMatchObject({ end_reason: 'reuse' });
  expect(await listed(service, session.id)).toHaveLength(1);
  expect(await theftMails(service, owner)).toBe(1);
  for (const token of tokens)
    for (const key of [device, thief]) {
      const answer = await refreshWith(key, token);
      expect([ended.body.type, mismatch.body.type]).toContain(answer.body.type);
    }
}

test(`20 refreshes at once that bind with one token and one key leave one chain, bound (${repetitions} times)`, async () => {
  for (const repetition of repeatedly(repetitions)) {
    const life = await begin();
    const { owner, session } = life;
    const keys = [undefined, 'the key of all of these calls', 'a key of its own, number'];
    const calls = repeatedly(20).map((call) => () => {
      const key = keys[repetition % 3];
      return refreshWith(device, session.refreshToken, repetition % 3 === 2 ? `${key} ${call}` : key);
    });
    const answers =
      repetition % 4 === 0
        ? await lineUp<Answer[]>(service, row(life), calls)
        : await Promise.all(calls.map((call) => call()));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const given = new Set(answers.map(({ body }) => body.refresh_token));
    expect(given.size).toBe(1);
    expect(await rowOf(service, session.id)).toMatchObject({ generation: 1, ended_at: null });
    expect(await eventsOf(service, owner, 'device-key-bound')).toBe(1);
    const [token] = [...given];
    expect(await refresh(service, token)).toMatchObject(
      problem(400, 'device-key-required', { retryable: false, discard: false }),
    );
    expect(await refreshWith(device, token)).toMatchObject({ status: 200 });
  }
});

test(`of an owner and a thief who bind at once one wins, and then both have lost (${repetitions} times)`, async () => {
  for (const repetition of repeatedly(repetitions)) {
    const life = await begin();
    const { session } = life;
    const { refreshToken } = session;
    const [mine, theirs] = await race(repetition, life, [
      () => refreshWith(device, refreshToken),
      () => refreshWith(thief, refreshToken),
    ]);
    // Whoever comes second brings a token from before the binding, and not the key: that is theft.
    expect([mine.status, theirs.status].sort()).toEqual([200, 401]);
    const [won, lost] = mine.status === 200 ? [mine, theirs] : [theirs, mine];
    expect(lost).toMatchObject(reused);
    await expectOneTheft(life, [refreshToken, won.body.refresh_token]);
  }
});

test(`of an owner who binds and a thief who refreshes with the same token nobody keeps the session unseen (${repetitions} times)`, async () => {
  for (const repetition of repeatedly(repetitions)) {
    const life = await begin();
    const { session } = life;
    const { refreshToken } = session;
    const [mine, theirs] = await race(repetition, life, [
      () => refreshWith(device, refreshToken, 'the key of the owner'),
      () => refresh(service, refreshToken, ['the key of the thief', undefined][repetition % 2]),
    ]);
    if (theirs.status === 200) {
      // They were first, and the session is bound to no key: the owner comes second, as in any session.
      expect(mine).toMatchObject({ status: 409 });
      expect(await rowOf(service, session.id)).toMatchObject({ generation: 1, ended_at: null });
      service.clock.advance(31);
      expect(await refreshWith(device, refreshToken, 'the key of the owner')).toMatchObject(reused);
      await expectOneTheft(life, [refreshToken, theirs.body.refresh_token]);
    } else {
      expect(mine).toMatchObject({ status: 200 });
      expect(theirs).toMatchObject(reused);
      await expectOneTheft(life, [refreshToken, mine.body.refresh_token]);
    }
  }
});

test(`a refresh that binds beside a logout leaves nothing (${repetitions} times)`, async () => {
  for (const repetition of repeatedly(repetitions)) {
    const life = await begin();
    const { session } = life;
    const [bound, out] = await race(repetition, life, [
      () => refreshWith(device, session.refreshToken),
      () => logout(service, session.refreshToken),
    ]);
    expect(out.status).toBe(204);
    if (bound.status !== 200) expect(bound).toMatchObject(endedBecause('signed-out'));
    const { generation, end_reason } = await rowOf(service, session.id);
    expect(end_reason).toBe('logout');
    expect(generation).toBe(bound.status === 200 ? 1 : 0);
    expect(await listed(service, session.id)).toMatchObject([{ jti: `${session.id}.${generation}` }]);
    const newest = bound.status === 200 ? await refreshWith(device, bound.body.refresh_token) : bound;
    expect(newest).toMatchObject(endedBecause('signed-out'));
  }
});

test(`a refresh that binds beside a change of the password: the new session is bound as the old one was (${repetitions} times)`, async () => {
  for (const repetition of repeatedly(repetitions)) {
    const life = await begin();
    const { session } = life;
    const key = 'the key of the change';
    const [bound, changed] = await race(repetition, life, [
      () => refreshWith(device, session.refreshToken),
      () => changeStatement(service, { sessionId: session.id, userId: life.owner.userId }, key),
    ]);
    if (changed.outcome !== 'changed') throw new Error(`It was ${changed.outcome}`);
    expect(changed.dpop_jkt).toBe(bound.status === 200 ? device.jkt : null);
    expect(await rowOf(service, session.id)).toMatchObject({ end_reason: 'password-changed' });
    // The newest token of the old session brings the new one, to the key alone where there is one.
    const newest = bound.status === 200 ? bound.body.refresh_token : session.refreshToken;
    if (bound.status === 200) {
      expect(await refreshWith(thief, newest, key)).toMatchObject(mismatch);
      expect(await refresh(service, session.refreshToken, key)).toMatchObject(
        endedBecause('password-changed'),
      );
    } else expect(bound).toMatchObject(endedBecause('password-changed'));
    const next = await successor(refreshWith(device, newest, key));
    expect(await refreshWith(device, next)).toMatchObject({ status: 200 });
  }
});

test(`any generations of a bound session from many connections at once are one chain (${repetitions} times)`, async () => {
  for (const _ of repeatedly(repetitions)) {
    const life = await begin();
    const { owner, session } = life;
    const tokens = [session.refreshToken];
    while (tokens.length < 5) tokens.push(await successor(refreshWith(device, tokens.at(-1) ?? '')));
    // All but the one from before the binding, which is too old.
    const calls = repeatedly(20).map((call) => refreshWith(device, tokens[1 + (call % 4)] ?? ''));
    const answers = await Promise.all([
      ...calls,
      refreshWith(thief, tokens.at(-1) ?? ''),
      refresh(service, tokens[2] ?? ''),
    ]);
    const [other, none] = answers.splice(20);
    expect(other).toMatchObject(mismatch);
    expect(none).toMatchObject({ status: 400 });
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    // Those that came before the newest one was spent have that one.
    const given = new Set(answers.map(({ body }) => body.refresh_token));
    given.delete(tokens.at(-1));
    expect(given.size).toBe(1);
    expect(await rowOf(service, session.id)).toMatchObject({ generation: 5, ended_at: null });
    expect(await eventsOf(service, owner, 'device-key-refused')).toBe(1);
    expect(await theftMails(service, owner)).toBe(0);
    expect(await refreshWith(device, [...given][0])).toMatchObject({ status: 200 });
  }
});
