import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { decodeJwt, SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { issueRefreshToken } from '../../src/tokens/issue.ts';
import { importKeySet } from '../../src/tokens/signing-keys.ts';
import { bindings, issuer, type Service, startService } from '../service.ts';
import {
  endedBecause,
  invalid,
  newOwner,
  problem,
  refresh,
  reused,
  rowOf,
  start,
  successor,
  unavailable,
} from './driver.ts';

// The table of the contract, section 3, continued: ends of time, strangers' tokens, and what a successor is made of.

const day = 24 * 60 * 60;

async function begin() {
  const service = await startService();
  const owner = await newOwner(service);
  return { service, owner, session: await start(service, owner) };
}

const run = (service: Service, statement: SQL) =>
  service.dependencies.database.query(statement, { repeatable: false });

test('a session used every month lives to its absolute end, and no token of it any longer', async () => {
  const { service, session } = await begin();
  const end = Math.floor(service.clock.now.getTime() / 1000) + 180 * day;
  let answer = await refresh(service, session.refreshToken);
  for (let month = 0; month < 6; month += 1) {
    service.clock.advance(29 * day);
    answer = await refresh(service, await successor(answer));
    expect(decodeJwt(answer.body.refresh_token).exp).toBeLessThanOrEqual(end);
  }
  expect(decodeJwt(answer.body.refresh_token).exp).toBe(end);
  expect(answer.body.refresh_expires_in).toBe(6 * day);

  service.clock.advance(6 * day - 60);
  answer = await refresh(service, answer.body.refresh_token);
  expect(decodeJwt(answer.body.refresh_token).exp).toBe(end);
  expect(decodeJwt(answer.body.access_token).exp).toBe(end);
  expect(answer.body).toMatchObject({ expires_in: 60, refresh_expires_in: 60 });

  // Within the clock tolerance the token itself is still good: it is the session that has reached its end.
  service.clock.advance(60);
  expect(await refresh(service, answer.body.refresh_token)).toMatchObject(endedBecause('expired'));
  service.clock.advance(10);
  expect(await refresh(service, answer.body.refresh_token)).toMatchObject({ ...invalid, trips: 0 });
});

test('a token that nobody used for 30 days has expired, and 5 s of a wrong clock are forgiven', async () => {
  const { service, session } = await begin();
  const other = await start(service, await newOwner(service));
  service.clock.advance(30 * day + 4);
  expect(await refresh(service, session.refreshToken)).toMatchObject({ status: 200 });
  service.clock.advance(2);
  expect(await refresh(service, other.refreshToken)).toMatchObject({ ...invalid, trips: 0 });
});

test('an access token is of the wrong kind', async () => {
  const { service, session } = await begin();
  expect(await refresh(service, session.accessToken)).toMatchObject({ ...invalid, trips: 0 });
  expect(service.logged.filter(({ level }) => level === 'error')).toEqual([]);
});

test('a forged token is refused without a look into the database', async () => {
  const { service, owner, session } = await begin();
  const [head = '', claims = '', signature = ''] = session.refreshToken.split('.');
  const changed = btoa(atob(claims).replace('.0"', '.7"')).replace(/=+$/, '');
  const { refreshTokenKeys } = service.dependencies;
  const rsa = { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, hash: 'SHA-256' };
  const publicExponent = new Uint8Array([1, 0, 1]);
  const stranger = await crypto.subtle.generateKey({ ...rsa, publicExponent }, false, ['sign', 'verify']);
  const { privateKey } = stranger as CryptoKeyPair;
  const issuedAt = Math.floor(service.clock.now.getTime() / 1000);
  const forged = await issueRefreshToken(
    { ...refreshTokenKeys, signing: { kid: refreshTokenKeys.signing.kid, key: privateKey } },
    {
      issuer,
      userId: owner.userId,
      sessionId: session.id,
      generation: 0,
      issuedAt,
      expiresAt: issuedAt + day,
    },
  );
  for (const token of [forged, `${head}.${changed}.${signature}`, `${head}.${claims}.`, 'a.b.c', 'none']) {
    expect(await refresh(service, token)).toMatchObject({ ...invalid, trips: 0 });
  }
  expect(await refresh(service, session.refreshToken)).toMatchObject({ status: 200 });
});

test('a token of a user who is gone is refused', async () => {
  const { service, owner, session } = await begin();
  await run(service, sql`delete from users where id = ${owner.userId}`);
  expect(await refresh(service, session.refreshToken)).toMatchObject({ ...invalid, trips: 1 });
});

test('a token that names another user than its session has is refused, and spends nothing', async () => {
  const { service, session } = await begin();
  const { refreshTokenKeys } = service.dependencies;
  const other = await newOwner(service);
  const token = await new SignJWT({ ...decodeJwt(session.refreshToken), sub: other.userId })
    .setProtectedHeader({ alg: 'RS256', typ: 'rt+jwt', kid: refreshTokenKeys.signing.kid })
    .sign(refreshTokenKeys.signing.key);
  const before = await rowOf(service, session.id);
  expect(await refresh(service, token)).toMatchObject({ ...invalid, trips: 1 });
  expect(await rowOf(service, session.id)).toEqual(before);
});

test('a key that the service does not have is our mistake: the client keeps its token, and the log has it', async () => {
  const { service, session } = await begin();
  const { keys } = JSON.parse(String(bindings()['REFRESH_TOKEN_KEYS']));
  const elsewhere = await importKeySet(keys.map((key: object) => ({ ...key, kid: 'lost' })));
  const token = await new SignJWT(decodeJwt(session.refreshToken))
    .setProtectedHeader({ alg: 'RS256', typ: 'rt+jwt', kid: 'lost' })
    .sign(elsewhere.signing.key);
  const answer = await refresh(service, token);
  expect(answer).toMatchObject(problem(401, 'invalid-refresh-token', { retryable: true, discard: false }));
  expect(answer.trips).toBe(0);
  const errors = service.logged.filter(({ level }) => level === 'error');
  expect(errors).toMatchObject([{ fields: { kid: 'lost' } }]);
  expect(JSON.stringify(service.logged)).not.toContain(token);
});

test('while the database is away every token of ours is answered with a 503 that discards nothing', async () => {
  const { service, session } = await begin();
  const parent = await successor(refresh(service, session.refreshToken));
  const newest = await successor(refresh(service, parent));
  const { transport } = service;
  service.transport = () => Promise.reject(new TypeError('Network connection lost.'));
  for (const token of [session.refreshToken, parent, newest]) {
    const answer = await refresh(service, token);
    expect(answer).toMatchObject(unavailable);
    expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(answer.text).not.toContain('Network');
  }
  service.transport = transport;
  expect(await refresh(service, newest)).toMatchObject({ status: 200 });
});

test('the successor is the same bytes from any isolate, at any time of the window, under any new lifetime', async () => {
  const { service, session } = await begin();
  const next = await successor(refresh(service, session.refreshToken, 'the key of one call'));
  const shorter = await startService({ REFRESH_TOKEN_TTL: '3600', ACCESS_TOKEN_TTL: '60' });
  for (const seconds of [0, 1.5, 20, 3 * 60 * 60]) {
    service.clock.advance(seconds);
    shorter.clock.now = service.clock.now;
    expect(await successor(refresh(shorter, session.refreshToken, 'the key of one call'))).toBe(next);
    expect(await successor(refresh(service, session.refreshToken, 'the key of one call'))).toBe(next);
  }
  const after = await refresh(shorter, next);
  expect(after.body).toMatchObject({ expires_in: 60, refresh_expires_in: 3600 });
});

test('a retry brings an access token of its own that works, and says how long each still does', async () => {
  const { service, session } = await begin();
  const first = await refresh(service, session.refreshToken, 'the key of one call');
  service.clock.advance(1000);
  const second = await refresh(service, session.refreshToken, 'the key of one call');
  expect(second.body).toMatchObject({ expires_in: 900, refresh_expires_in: 30 * day - 1000 });
  expect(decodeJwt(second.body.access_token).jti).not.toBe(decodeJwt(first.body.access_token).jti);
  const me = async (bearer: string) => (await service.call('GET', '/api/users/me', { bearer })).status;
  expect(await me(first.body.access_token)).toBe(401);
  expect(await me(second.body.access_token)).toBe(200);
});

test('the role is the one that the user has at that moment, in a retry too', async () => {
  const { service, owner, session } = await begin();
  const { body } = await refresh(service, session.refreshToken);
  expect(decodeJwt(body.access_token)).toMatchObject({ role: 'user', sub: owner.userId, sid: session.id });
  await run(service, sql`update users set role = 'admin' where id = ${owner.userId}`);
  for (const token of [session.refreshToken, body.refresh_token]) {
    const answer = await refresh(service, token);
    expect(decodeJwt(answer.body.access_token)['role']).toBe('admin');
  }
});

test('the jti is the session and the generation, and the times are those of the spending', async () => {
  const { service, owner, session } = await begin();
  expect(decodeJwt(session.refreshToken).jti).toBe(`${session.id}.0`);
  let token = session.refreshToken;
  const signedInAt = Math.floor(service.clock.now.getTime() / 1000);
  for (const generation of [1, 2, 3]) {
    service.clock.advance(1000);
    token = await successor(refresh(service, token));
    const iat = Math.floor(service.clock.now.getTime() / 1000);
    expect(decodeJwt(token)).toEqual({
      iss: issuer,
      aud: issuer,
      sub: owner.userId,
      sid: session.id,
      jti: `${session.id}.${generation}`,
      iat,
      status_index: expect.any(Number),
      lvl: `${signedInAt.toString(36)} aal1 pwd`,
      exp: iat + 30 * day,
    });
  }
});

test('a token ahead of its row, after a backup was restored, goes on from where it is', async () => {
  const { service, session } = await begin();
  let token = session.refreshToken;
  for (let use = 0; use < 5; use += 1) token = await successor(refresh(service, token));
  await run(service, sql`update sessions set generation = 2 where id = ${session.id}`);
  const next = await successor(refresh(service, token));
  expect(decodeJwt(next).jti).toBe(`${session.id}.6`);
  expect(await successor(refresh(service, token))).toBe(next);
  expect(await refresh(service, next)).toMatchObject({ status: 200 });
  expect(await refresh(service, token)).toMatchObject(reused);
});

test('a token that an operator entered in the list by hand is refused as of a session that ended', async () => {
  const { service, session } = await begin();
  const newest = await successor(refresh(service, session.refreshToken));
  const { expires_at } = await rowOf(service, session.id);
  await run(
    service,
    sql`insert into revoked_tokens (jti, session_id, reason, revoked_at, expires_at)
      values (${`${session.id}.1`}, ${session.id}, 'operator', ${service.clock.now.toISOString()}, ${expires_at})`,
  );
  expect(await refresh(service, newest)).toMatchObject({ ...endedBecause('revoked'), trips: 1 });
  expect(await rowOf(service, session.id)).toMatchObject({ generation: 1 });
});
