import { beforeAll, expect, test } from 'vitest';
import type { Service } from '../service.ts';
import {
  ended,
  eventsOf,
  listed,
  newOwner,
  type Owner,
  refresh,
  reused,
  rowOf,
  type Session,
  start,
  startQuietService,
  successor,
  superseded,
  theftMails,
  times,
} from './driver.ts';
import { lineUp } from './line-up.ts';

// Refreshes that race each other, over many connections, again and again: one chain, or none.

let service: Service;

beforeAll(async () => {
  service = await startQuietService();
});

type Chain = { owner: Owner; session: Session; tokens: string[] };

/** A session and its tokens, the oldest first and the newest last. */
async function chain(generations: number): Promise<Chain> {
  const owner = await newOwner(service);
  const session = await start(service, owner, 'Phone');
  const tokens = [session.refreshToken];
  while (tokens.length < generations) tokens.push(await successor(refresh(service, tokens.at(-1) ?? '')));
  return { owner, session, tokens };
}

/** However it came about: the session is over, the list has its newest token and no other, its owner was told once. */
async function expectOneTheft({ owner, session }: Chain) {
  const { generation, end_reason } = await rowOf(service, session.id);
  expect(end_reason).toBe('reuse');
  expect(await listed(service, session.id)).toMatchObject([
    { jti: `${session.id}.${generation}`, reason: 'reuse' },
  ]);
  expect(await theftMails(service, owner)).toBe(1);
}

const repeatedly = (count: number) => Array.from({ length: count }, (_, index) => index);

const keyless = () => undefined;
const oneKey = () => 'the key of all of these calls';
const aKeyEach = (call: number) => `the key of call number ${call}`;

test.for([
  ['one key', oneKey],
  ['no key', keyless],
] as const)(
  `60 calls at once with one token and %s get one successor and leave one chain (${times(3, 200)} times)`,
  { timeout: 600_000 },
  async ([, key]) => {
    for (const repetition of repeatedly(times(3, 200))) {
      const { session, tokens } = await chain(1 + (repetition % 2));
      const newest = tokens.at(-1) ?? '';
      const answers = await Promise.all(repeatedly(60).map(() => refresh(service, newest, key())));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      const successors = new Set(answers.map(({ body }) => body.refresh_token));
      expect(successors.size).toBe(1);
      expect(await rowOf(service, session.id)).toMatchObject({ generation: tokens.length, ended_at: null });
      expect(await refresh(service, [...successors][0])).toMatchObject({ status: 200 });
    }
  },
);

test(`60 calls at once with one token and many keys: those of one key get its successor, the others nothing (${times(4, 200)} times)`, async () => {
  for (const repetition of repeatedly(times(4, 200))) {
    const { owner, session, tokens } = await chain(1 + (repetition % 2));
    const newest = tokens.at(-1) ?? '';
    const keys = repeatedly(60).map((call) => [keyless, oneKey, aKeyEach][call % 3]?.(call));
    const answers = await Promise.all(keys.map((key) => refresh(service, newest, key)));
    const won = keys[answers.findIndex(({ status }) => status === 200)];
    for (const [index, answer] of answers.entries())
      expect(answer).toMatchObject(keys[index] === won ? { status: 200 } : superseded);
    const given = new Set(answers.flatMap(({ body }) => body.refresh_token ?? []));
    expect(given.size).toBe(1);
    expect(await rowOf(service, session.id)).toMatchObject({ generation: tokens.length, ended_at: null });
    expect(await eventsOf(service, owner, 'refresh-superseded')).toBe(1);
    expect(await refresh(service, [...given][0])).toMatchObject({ status: 200 });
  }
}, 600_000);

test(`of 30 calls that all wait for the session with keys of their own the first is answered (${times(3, 200)} times)`, async () => {
  for (const _ of repeatedly(times(3, 200))) {
    const { owner, session, tokens } = await chain(1);
    const calls = repeatedly(30).map((call) => () => refresh(service, tokens[0] ?? '', aKeyEach(call)));
    const [first, ...others] = await lineUp(service, { table: 'sessions', id: session.id }, calls);
    expect(first).toMatchObject({ status: 200 });
    for (const other of others) expect(other).toMatchObject(superseded);
    expect(await rowOf(service, session.id)).toMatchObject({ generation: 1, ended_at: null });
    expect(await eventsOf(service, owner, 'refresh-superseded')).toBe(1);
  }
}, 600_000);

test('of the calls that wait for a session, the first has the key that a repeat hours later must bring', async () => {
  for (const _ of repeatedly(20)) {
    const { session, tokens } = await chain(1);
    const [token = ''] = tokens;
    const [first] = await lineUp(service, { table: 'sessions', id: session.id }, [
      () => refresh(service, token, aKeyEach(1)),
      () => refresh(service, token, aKeyEach(2)),
    ]);
    service.clock.advance(60 * 60);
    expect(await successor(refresh(service, token, aKeyEach(1)))).toBe(first.body.refresh_token);
    expect(await refresh(service, token, aKeyEach(2))).toMatchObject(reused);
  }
});

test(`parent before newest: the parent is a retry, the newest goes on (${times(4, 200)} times)`, async () => {
  for (const _ of repeatedly(times(4, 200))) {
    const { session, tokens } = await chain(2);
    const [parent = '', newest = ''] = tokens;
    const [retry, next] = await lineUp(service, { table: 'sessions', id: session.id }, [
      () => refresh(service, parent),
      () => refresh(service, newest),
    ]);
    expect(retry.body.refresh_token).toBe(newest);
    expect(next.status).toBe(200);
    expect(await rowOf(service, session.id)).toMatchObject({ generation: 2, ended_at: null });
  }
});

test(`newest before parent: the parent has become too old while it waited, and is theft (${times(4, 200)} times)`, async () => {
  for (const _ of repeatedly(times(4, 200))) {
    const begun = await chain(2);
    const [parent = '', newest = ''] = begun.tokens;
    const [next, replay] = await lineUp(service, { table: 'sessions', id: begun.session.id }, [
      () => refresh(service, newest),
      () => refresh(service, parent),
    ]);
    expect(next.status).toBe(200);
    expect(replay).toMatchObject(reused);
    await expectOneTheft(begun);
    expect(await refresh(service, next.body.refresh_token)).toMatchObject(ended);
  }
});

test(`several generations at once, in any order: one chain goes on, or all of it is over (${times(20, 200)} times)`, async () => {
  for (const repetition of repeatedly(times(20, 200))) {
    const begun = await chain(2 + (repetition % 2));
    const { session, tokens } = begun;
    const [older = '', newest = ''] = [tokens[0], tokens.at(-1)];
    const calls = [older, newest, older, newest, newest, older];
    const answers = await Promise.all(calls.map((token) => refresh(service, token)));
    const given = new Set(answers.flatMap(({ body }) => body.refresh_token ?? []));
    given.delete(newest);
    expect(given.size).toBeLessThanOrEqual(1);
    const row = await rowOf(service, session.id);
    // A grandparent is theft whatever the order; a parent is one where the newest came first.
    if (tokens.length === 3 || row.end_reason) {
      await expectOneTheft(begun);
      expect(answers.filter(({ body }) => body.type?.endsWith('/refresh-token-reused'))).toHaveLength(1);
      for (const token of [newest, ...given]) expect(await refresh(service, token)).toMatchObject(ended);
    } else {
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      expect(row.generation).toBe(2);
    }
  }
});

test(`a theft from ten connections at once is one theft: one mail, one entry in the list (${times(20, 200)} times)`, async () => {
  for (const repetition of repeatedly(times(20, 200))) {
    const begun = await chain(3);
    const { session, tokens } = begun;
    const calls = repeatedly(10).map((call) => () => refresh(service, tokens[call % 2] ?? ''));
    // Past the window, so that the parent is theft as well.
    service.clock.advance(31);
    const answers =
      repetition % 4 === 0
        ? await lineUp(service, { table: 'sessions', id: session.id }, calls)
        : await Promise.all(calls.map((call) => call()));
    expect(answers.filter(({ body }) => body.type.endsWith('/refresh-token-reused'))).toHaveLength(1);
    expect(answers.filter(({ body }) => body.type.endsWith('/session-ended'))).toHaveLength(9);
    await expectOneTheft(begun);
    expect(await refresh(service, tokens[2] ?? '')).toMatchObject(ended);
  }
});
