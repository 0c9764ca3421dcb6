// POST /api/auth/reauthenticate: the session is recent, by a new access token alone; its refresh token stays as it is.

import { sql } from 'drizzle-orm/sql/sql';
import { decodeJwt } from 'jose';
import { expect, test, vi } from 'vitest';
import { recentSignInSeconds } from '../../src/lifetimes.ts';
import { another, type Person, problem, signedIn } from '../accounts/people.ts';
import { boundSession } from '../dpop/bound.ts';
import { newKey } from '../dpop/prover.ts';
import { dump } from '../mail/tables.ts';
import { password, type Service, startService } from '../service.ts';
import { eventsOf, refresh, times } from '../sessions/driver.ts';
import { byPassword, levelIn, levelOf, seconds } from './tokens.ts';

const path = '/api/auth/reauthenticate';
const json = { method: 'password', password };
const reauthenticated = ({ call }: Pick<Person, 'call'>) => call('POST', path, { json });

async function old(): Promise<{ service: Service; person: Person; signedInAt: number }> {
  const service = await startService();
  const person = await signedIn(service);
  const signedInAt = seconds(service);
  service.clock.advance(recentSignInSeconds + 1);
  return { service, person, signedInAt };
}

test('it answers with an access token of the session that is recent, and with no refresh token', async () => {
  const { service, person } = await old();
  const answer = await reauthenticated(person);
  expect(answer).toMatchObject({
    status: 200,
    trips: 2,
    body: { token_type: 'Bearer', expires_in: 900, session_id: person.session_id },
  });
  expect(Object.keys(answer.body).sort()).toEqual(['access_token', 'expires_in', 'session_id', 'token_type']);
  expect(answer.headers.get('Cache-Control')).toBe('no-store');
  expect(levelOf(answer.body.access_token)).toEqual(byPassword(seconds(service)));
  const { aud, client_id, iat, iss, role, sid, status, sub } = decodeJwt(person.access_token);
  expect(decodeJwt(answer.body.access_token)).toMatchObject({
    ...{ aud, client_id, iss, role, sid, status, sub },
    iat: seconds(service),
  });
  expect(iat).toBeLessThan(seconds(service));
  const exported = { bearer: answer.body.access_token };
  expect(await person.call('GET', '/api/users/me/export', exported)).toMatchObject({ status: 200 });
});

test('the session has an event of it, and nobody is sent a mail', async () => {
  const { service, person } = await old();
  const mails = async () => (await dump(service)).filter((row) => row.startsWith('mails ')).length;
  const before = await mails();
  await reauthenticated(person);
  const { body } = await person.call('GET', '/api/users/me/security-events');
  expect(body.data[0]).toMatchObject({ kind: 'reauthenticated', session_id: person.session_id, count: 1 });
  expect(await mails()).toBe(before);
});

test('a wrong password moves nothing', async () => {
  const { service, person, signedInAt } = await old();
  const answer = await person.call('POST', path, { json: { ...json, password: 'wrong horse' } });
  expect(answer).toMatchObject(problem(401, 'invalid-credentials', { discard_credentials: false }));
  expect(answer.headers.get('WWW-Authenticate')).toBe('Bearer');
  expect(levelIn(await refresh(service, person.refresh_token))).toEqual(byPassword(signedInAt));
  expect(await eventsOf(service, { userId: person.id, email: person.email }, 'reauthenticated')).toBe(0);
});

test('another way is not known yet', async () => {
  const service = await startService();
  const person = await signedIn(service);
  for (const body of [{ method: 'passkey', password }, { password }, { method: 'password' }]) {
    const answer = await person.call('POST', path, { json: body });
    expect(answer).toMatchObject(problem(422, 'validation-failed'));
  }
});

test('the refresh token that is out goes on, and its successors are as recent as the session', async () => {
  const { service, person } = await old();
  await reauthenticated(person);
  const level = byPassword(seconds(service));
  service.clock.advance(30);
  const sign = vi.spyOn(crypto.subtle, 'sign');
  const first = await refresh(service, person.refresh_token);
  expect(levelIn(first)).toEqual(level);
  service.clock.advance(30);
  sign.mockClear();
  // What was foreseen was signed during the round trip.
  expect(levelIn(await refresh(service, first.body.refresh_token))).toEqual(level);
  const signatures = sign.mock.calls.filter(([, key]) => (key as CryptoKey).algorithm.name.startsWith('RSA'));
  sign.mockRestore();
  expect(signatures).toHaveLength(2);
});

test('a retry of the refresh before it gets the same bytes, and an access token that is recent', async () => {
  const { service, person, signedInAt } = await old();
  const key = crypto.randomUUID();
  const first = await refresh(service, person.refresh_token, key);
  for (let time = 0; time < 2; time += 1) {
    service.clock.advance(10);
    await reauthenticated(person);
    const again = await refresh(service, person.refresh_token, key);
    expect(again.body.refresh_token).toBe(first.body.refresh_token);
    expect(levelOf(again.body.refresh_token)).toEqual(byPassword(signedInAt));
    expect(levelOf(again.body.access_token)).toEqual(byPassword(seconds(service)));
  }
  const next = await refresh(service, first.body.refresh_token, crypto.randomUUID());
  expect(levelIn(next)).toEqual(byPassword(seconds(service)));
});

test('so does a session of deployed code, whose tokens do not say it', async () => {
  const { service, person } = await old();
  const key = crypto.randomUUID();
  await refresh(service, person.refresh_token, key);
  await service.dependencies.database.query(
    sql`update sessions set amr = null, acr = null, auth_time = null where id = ${person.session_id}`,
    { repeatable: false },
  );
  const before = await refresh(service, person.refresh_token, key);
  expect(levelOf(before.body.refresh_token)).toEqual({});
  await reauthenticated(person);
  const after = await refresh(service, person.refresh_token, key);
  expect(after.body.refresh_token).toBe(before.body.refresh_token);
  expect(levelOf(after.body.access_token)).toEqual(byPassword(seconds(service)));
});

test('beside a refresh neither is lost', async () => {
  const { service, person } = await old();
  const other = await startService();
  let { refresh_token, access_token } = person;
  for (let round = 0; round < times(10, 200); round += 1) {
    service.clock.advance(40);
    other.clock.now = service.clock.now;
    const key = crypto.randomUUID();
    const [renewed, refreshed] = await Promise.all([
      person.call('POST', path, { json, bearer: access_token }),
      refresh(other, refresh_token, key),
    ]);
    expect([renewed.status, refreshed.status]).toEqual([200, 200]);
    const again = await refresh(service, refresh_token, key);
    expect(again.body.refresh_token).toBe(refreshed.body.refresh_token);
    expect(levelOf(again.body.access_token)).toEqual(byPassword(seconds(service)));
    ({ refresh_token, access_token } = again.body);
  }
});

test('a session that ends meanwhile is not renewed', async () => {
  const { service, person } = await old();
  const { email, session_id } = person;
  const device = await another(service, email);
  const [renewed, revoked] = await Promise.all([
    reauthenticated(person),
    device.call('DELETE', `/api/auth/sessions/${session_id}`),
  ]);
  expect(revoked.status).toBe(204);
  expect([200, 401]).toContain(renewed.status);
  const bearer = renewed.body.access_token ?? person.access_token;
  expect(await service.call('GET', '/api/users/me', { bearer })).toMatchObject(problem(401, 'session-ended'));
});

test('in full mode the new token is bound to the key, and a copy of the old one is worth nothing', async () => {
  const service = await startService();
  const session = await boundSession(service, 'full');
  service.clock.advance(recentSignInSeconds + 1);
  const copied = { headers: { Authorization: `Bearer ${session.access_token}` }, json };
  expect(await service.call('POST', path, copied)).toMatchObject(problem(401, 'invalid-access-token'));
  const answer = await session.call('POST', path, { json });
  expect(answer).toMatchObject({ status: 200, body: { token_type: 'DPoP' } });
  const accessToken = answer.body.access_token;
  expect(decodeJwt(accessToken)).toMatchObject({ cnf: { jkt: session.key.jkt } });
  const exported = (scheme: string, DPoP: string) =>
    service.call('GET', '/api/users/me/export', {
      headers: { Authorization: `${scheme} ${accessToken}`, DPoP },
    });
  const route = 'GET /api/users/me/export';
  const proof = await session.key.proof(route, service.clock.now, { accessToken });
  const others = await (await newKey()).proof(route, service.clock.now, { accessToken });
  expect(await exported('Bearer', proof)).toMatchObject(problem(401, 'invalid-access-token'));
  expect(await exported('DPoP', others)).toMatchObject(problem(401, 'device-key-mismatch'));
  expect(await exported('DPoP', proof)).toMatchObject({ status: 200 });
});

test('a bound session gets its newest refresh token by any generation, as it was, and recent access', async () => {
  const service = await startService();
  const session = await boundSession(service, 'refresh');
  const again = async () =>
    service.call('POST', '/api/auth/refresh', {
      json: { refresh_token: session.refresh_token },
      headers: { DPoP: await session.key.proof('POST /api/auth/refresh', service.clock.now) },
    });
  const first = await again();
  service.clock.advance(recentSignInSeconds + 1);
  const bearer = session.access_token;
  expect(await service.call('POST', path, { json, bearer })).toMatchObject({ status: 200 });
  const retried = await again();
  expect(retried.body.refresh_token).toBe(first.body.refresh_token);
  expect(levelOf(retried.body.access_token)).toEqual(byPassword(seconds(service)));
});

test('a caller by cookie gets a cookie and nothing else, from a page of ours alone', async () => {
  const { service, person } = await old();
  const call = (Origin: string) =>
    service.call('POST', path, {
      json,
      headers: { Origin, Cookie: `__Host-access_token=${person.access_token}` },
    });
  expect(await call('https://evil.example')).toMatchObject(problem(403, 'cross-site-request'));
  const answer = await call('https://app.example.test');
  expect(Object.keys(answer.body).sort()).toEqual(['expires_in', 'session_id', 'token_type']);
  const [cookie = '', ...others] = answer.headers.getSetCookie();
  expect(others).toEqual([]);
  const [, token = ''] =
    /^__Host-access_token=([^;]+); Max-Age=900; Path=\/; HttpOnly; Secure; SameSite=Strict$/.exec(cookie) ??
    [];
  expect(levelOf(token)).toEqual(byPassword(seconds(service)));
});

test('no access token outlives the session', async () => {
  const service = await startService({ SESSION_MAX_AGE: '3600' });
  const person = await signedIn(service);
  service.clock.advance(840);
  const { body } = await refresh(service, person.refresh_token);
  service.clock.advance(840);
  const next = await refresh(service, body.refresh_token);
  service.clock.advance(840);
  const last = await refresh(service, next.body.refresh_token);
  service.clock.advance(840);
  const answer = await person.call('POST', path, { json, bearer: last.body.access_token });
  expect(answer).toMatchObject({ status: 200, body: { expires_in: 3600 - 4 * 840 } });
});
