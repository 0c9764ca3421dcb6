import { sql } from 'drizzle-orm/sql/sql';
import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { type DeviceKey, newKey } from '../dpop/prover.ts';
import { type Answer, type Service, startService } from '../service.ts';
import {
  ended,
  eventsOf,
  newOwner,
  type Owner,
  problem,
  reused,
  rowOf,
  type Session,
  start,
  theftMails,
} from './driver.ts';
import { mailsOf, rowOfKey } from './key-state.ts';

// The table of the contract, section 7, row by row: what a refresh is where the session is bound to a key.

const route = 'POST /api/auth/refresh';
const day = 24 * 60 * 60;

const keyRequired = problem(400, 'device-key-required', { retryable: false, discard: false });
const keyMismatch = problem(400, 'device-key-mismatch', { retryable: false, discard: false });

type Begun = { service: Service; owner: Owner; session: Session; key: DeviceKey };

async function begin(): Promise<Begun> {
  const service = await startService();
  const owner = await newOwner(service);
  return { service, owner, session: await start(service, owner, 'Phone'), key: await newKey() };
}

type Sent = { key?: DeviceKey | undefined; mode?: string; idempotencyKey?: string };

async function refresh(
  service: Service,
  token: string,
  { key, mode, idempotencyKey }: Sent,
): Promise<Answer> {
  return service.call('POST', '/api/auth/refresh', {
    json: { refresh_token: token, dpop_mode: mode },
    headers: {
      ...(key && { DPoP: await key.proof(route, service.clock.now) }),
      ...(idempotencyKey && { 'Idempotency-Key': idempotencyKey }),
    },
  });
}

async function successor(service: Service, token: string, sent: Sent): Promise<string> {
  const { status, text, body } = await refresh(service, token, sent);
  if (status !== 200) throw new Error(`refresh: ${status} ${text}`);
  return body.refresh_token;
}

/** A chain of bound tokens, oldest first; the first of all came before the binding. */
async function chain({ service, session, key }: Begun, length: number): Promise<string[]> {
  const tokens = [session.refreshToken];
  for (let index = 0; index < length; index += 1) {
    service.clock.advance(60);
    tokens.push(await successor(service, tokens.at(-1) ?? '', { key }));
  }
  return tokens;
}

test('a refresh with a proof binds the session in place: no login, and an event', async () => {
  const begun = await begin();
  const { service, owner, session, key } = begun;
  const answer = await refresh(service, session.refreshToken, { key });
  expect(answer).toMatchObject({
    status: 200,
    trips: 1,
    body: { token_type: 'Bearer', session_id: session.id },
  });
  expect(decodeJwt(answer.body.refresh_token)).toMatchObject({ cnf: { jkt: key.jkt } });
  expect(decodeJwt(answer.body.access_token)).not.toHaveProperty('cnf');
  expect(answer.headers.get('DPoP-Nonce')).toEqual(expect.any(String));
  expect(await rowOfKey(service, session.id)).toMatchObject({ dpop_jkt: key.jkt, dpop_mode: 'refresh' });
  expect(await eventsOf(service, owner, 'device-key-bound')).toBe(1);
  await successor(service, answer.body.refresh_token, { key });
  expect(await eventsOf(service, owner, 'device-key-bound')).toBe(1);
});

test('in full mode the access token is bound as well, and a later refresh keeps the mode', async () => {
  const { service, session, key } = await begin();
  const bound = await refresh(service, session.refreshToken, { key, mode: 'full' });
  expect(bound.body.token_type).toBe('DPoP');
  expect(decodeJwt(bound.body.access_token)).toMatchObject({ cnf: { jkt: key.jkt } });
  const kept = await refresh(service, bound.body.refresh_token, { key });
  expect(kept.body.token_type).toBe('DPoP');
  expect(decodeJwt(kept.body.access_token)).toMatchObject({ cnf: { jkt: key.jkt } });
  const given = await refresh(service, kept.body.refresh_token, { key, mode: 'refresh' });
  expect(given.body.token_type).toBe('Bearer');
});

test('the newest, by its key: its successor, which is not the token itself', async () => {
  const begun = await begin();
  const [, bound = ''] = await chain(begun, 1);
  const next = await successor(begun.service, bound, begun);
  expect(decodeJwt(next)).toMatchObject({ jti: `${begun.session.id}.2`, cnf: { jkt: begun.key.jkt } });
});

test.for([1, 2, 3, 4])(
  'a spent token, %s before the newest, by its key: the newest again, byte for byte, a month later and as often as one likes',
  async (before) => {
    const begun = await begin();
    const { service, key, session, owner } = begun;
    const tokens = await chain(begun, 5);
    for (const seconds of [0, 31, 29 * day]) {
      service.clock.advance(seconds);
      expect(await successor(service, tokens.at(-1 - before) ?? '', { key })).toBe(tokens.at(-1));
    }
    expect(await rowOf(service, session.id)).toMatchObject({ generation: 5, ended_at: null });
    expect(await theftMails(service, owner)).toBe(0);
  },
);

test('an Idempotency-Key changes nothing for a bound session', async () => {
  const begun = await begin();
  const { service, key } = begun;
  const [, bound = ''] = await chain(begun, 1);
  const next = await successor(service, bound, { key, idempotencyKey: 'the key of one call' });
  expect(await successor(service, bound, { key, idempotencyKey: 'the key of another call' })).toBe(next);
  expect(await successor(service, bound, { key })).toBe(next);
});

test('a spent token whose own time is over is answered while the newest lives', async () => {
  const begun = await begin();
  const { service, key } = begun;
  const [, bound = ''] = await chain(begun, 1);
  service.clock.advance(29 * day);
  const next = await successor(service, bound, { key });
  service.clock.advance(29 * day);
  expect(await successor(service, bound, { key })).toBe(next);
  service.clock.advance(day + 6);
  const gone = problem(401, 'invalid-refresh-token', { retryable: false, discard: true });
  expect(await refresh(service, bound, { key })).toMatchObject(gone);
  expect(await refresh(service, next, { key })).toMatchObject(gone);
});

test.for(['without a proof', 'with a proof by another key'])(
  'a bound token %s is refused before the rotating statement, and the session lives',
  async (how) => {
    const begun = await begin();
    const { service, session, key } = begun;
    const tokens = await chain(begun, 2);
    const stranger = how === 'without a proof' ? undefined : await newKey();
    const refused = stranger ? keyMismatch : keyRequired;
    const before = await rowOf(service, session.id);
    for (const token of tokens.slice(1))
      expect(await refresh(service, token, { key: stranger })).toMatchObject({ ...refused, trips: 1 });
    expect(await rowOf(service, session.id)).toEqual(before);
    expect(await successor(service, tokens.at(-1) ?? '', { key })).toEqual(expect.any(String));
  },
);

test('a refused key is an event once a day, and a mail once the key itself refreshes', async () => {
  const begun = await begin();
  const { service, owner, key } = begun;
  const tokens = await chain(begun, 1);
  const copied = tokens.at(-1) ?? '';
  const next = async () => tokens.push(await successor(service, tokens.at(-1) ?? '', { key }));
  const refuse = () => refresh(service, copied, { key: undefined });
  service.clock.advance(1);
  await refuse();
  await refuse();
  expect(await eventsOf(service, owner, 'device-key-refused')).toBe(1);
  expect(await mailsOf(service, owner, 'device-key-refused')).toBe(0);
  service.clock.advance(1);
  await next();
  expect(await mailsOf(service, owner, 'device-key-refused')).toBe(1);
  // No other mail for the same day, however often the copy is tried.
  service.clock.advance(60);
  await refuse();
  service.clock.advance(60);
  await next();
  await next();
  expect(await eventsOf(service, owner, 'device-key-refused')).toBe(1);
  expect(await mailsOf(service, owner, 'device-key-refused')).toBe(1);
  service.clock.advance(day);
  await refuse();
  service.clock.advance(1);
  await next();
  expect(await eventsOf(service, owner, 'device-key-refused')).toBe(2);
  expect(await mailsOf(service, owner, 'device-key-refused')).toBe(2);
});

test('the token that was spent by the binding, with a proof by the bound key, is a retry at any time', async () => {
  const begun = await begin();
  const { service, session, key } = begun;
  const bound = await successor(service, session.refreshToken, { key });
  service.clock.advance(20 * day);
  expect(await successor(service, session.refreshToken, { key })).toBe(bound);
});

test.for(['without a proof', 'with a proof by another key'])(
  'the token that was spent by the binding %s is theft, also within 30 s',
  async (how) => {
    const { service, owner, session, key } = await begin();
    const bound = await successor(service, session.refreshToken, { key });
    const stranger = how === 'without a proof' ? undefined : await newKey();
    expect(await refresh(service, session.refreshToken, { key: stranger })).toMatchObject(reused);
    expect(await refresh(service, bound, { key })).toMatchObject(ended);
    expect(await theftMails(service, owner)).toBe(1);
  },
);

test('an older token from before the binding is theft, also with the key', async () => {
  const begun = await begin();
  const { service, session, key } = begun;
  const [, , newest = ''] = await chain(begun, 2);
  expect(await refresh(service, session.refreshToken, { key })).toMatchObject(reused);
  expect(await refresh(service, newest, { key })).toMatchObject(ended);
});

test('a thief who binds what he stole is found out at the owner’s next refresh', async () => {
  const { service, owner, session, key } = await begin();
  const thief = await newKey();
  const stolen = await successor(service, session.refreshToken, { key: thief });
  expect(await refresh(service, session.refreshToken, { key })).toMatchObject(reused);
  expect(await refresh(service, stolen, { key: thief })).toMatchObject(ended);
  expect(await theftMails(service, owner)).toBe(1);
});

test('a retry under the rules of unbound sessions does not bind: what was issued stays as it was', async () => {
  const { service, session, key } = await begin();
  const idempotencyKey = 'the key of one call';
  const next = await successor(service, session.refreshToken, { idempotencyKey });
  expect(await successor(service, session.refreshToken, { key, idempotencyKey })).toBe(next);
  expect(await rowOfKey(service, session.id)).toMatchObject({ dpop_jkt: null, dpop_mode: null });
  expect(decodeJwt(await successor(service, next, { key }))).toMatchObject({ cnf: { jkt: key.jkt } });
});

test('after a rollback to code that knows no keys the newest token has none: with the bound key it goes on', async () => {
  const { service, session, key } = await begin();
  await service.dependencies.database.query(
    sql`update sessions set dpop_jkt = ${key.jkt}, dpop_mode = 'refresh' where id = ${session.id}`,
    { repeatable: true },
  );
  expect(decodeJwt(await successor(service, session.refreshToken, { key }))).toMatchObject({
    cnf: { jkt: key.jkt },
  });
});

test('a token that is ahead of the row, as after a restored backup, binds the row again', async () => {
  const begun = await begin();
  const { service, session, key } = begun;
  const tokens = await chain(begun, 3);
  await service.dependencies.database.query(
    sql`update sessions set generation = 0, dpop_jkt = null, dpop_mode = null where id = ${session.id}`,
    { repeatable: true },
  );
  const next = await successor(service, tokens.at(-1) ?? '', { key });
  expect(decodeJwt(next)).toMatchObject({ jti: `${session.id}.4`, cnf: { jkt: key.jkt } });
  expect(await rowOfKey(service, session.id)).toMatchObject({ generation: 4, dpop_jkt: key.jkt });
});
