// A guest becomes somebody in place: the same `sub`, and what was theirs is theirs.

import { sql } from 'drizzle-orm/sql/sql';
import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import { recentSignInSeconds } from '../../src/lifetimes.ts';
import { problem, signedIn } from '../accounts/people.ts';
import { byCode, byLink, registered, wrongly } from '../mail/granted.ts';
import { insertImported, insertUsers } from '../mail/tables.ts';
import { authenticator } from '../passkeys/authenticator.ts';
import { created, keep } from '../passkeys/ceremonies.ts';
import { issuer, newAddress, password, type Service, signIn } from '../service.ts';
import { readList } from '../status/lists.ts';
import {
  ask,
  eventsOf,
  type Guest,
  guestOf,
  newGuest,
  prove,
  refreshed,
  rows,
  userOf,
  withAddress,
  withGuests,
  withPasskey,
} from './people.ts';

async function post(guest: Guest): Promise<string> {
  const json = { title: crypto.randomUUID(), content: 'Words' };
  return (await guest.call('POST', '/api/posts', { json })).body.id;
}

/** One more session of a guest, as no way of signing in makes it: whatever there is has to end. */
async function otherSession(service: Service, guest: Guest): Promise<string> {
  const id = crypto.randomUUID();
  await rows(
    service,
    sql`insert into sessions (id, user_id, rotated_at, expires_at, absolute_expires_at, is_guest, created_at)
      select ${id}, user_id, rotated_at, expires_at, absolute_expires_at, true, created_at from sessions where id = ${guest.session_id}`,
  );
  return id;
}

async function ending(service: Service, sessionId: string) {
  const [row] = await rows<{ end_reason: string | null; is_listed: boolean }>(
    service,
    sql`select end_reason, exists (select from revoked_tokens r where r.session_id = s.id and r.reason = 'upgraded') as is_listed
      from sessions s where id = ${sessionId}`,
  );
  return row;
}

describe('by an address, within the session', () => {
  test('the account has address, password and name, and stays the same', async () => {
    const service = await withGuests();
    const guest = await newGuest(service);
    const id = await post(guest);
    const { email, answer } = await withAddress(service, guest);
    expect(answer).toMatchObject({ status: 204, trips: 2 });
    const { body } = await guest.call('GET', '/api/users/me');
    expect(body).toMatchObject({
      id: guest.id,
      email,
      email_verified: true,
      name: 'Ada',
      has_password: true,
    });
    expect(await userOf(service, guest.id)).toMatchObject({ is_guest: false });
    const person = await signIn(service, email);
    expect(decodeJwt(person.access_token).sub).toBe(guest.id);
    expect((await guest.call('GET', `/api/posts/${id}`)).body.author_id).toBe(guest.id);
    expect(await eventsOf(guest)).toEqual(expect.arrayContaining(['guest-upgraded', 'email-verified']));
  });

  test('the session goes on as nobody’s guest, and is not recent: a copy of its token may be the one that goes on', async () => {
    const service = await withGuests();
    const guest = await newGuest(service);
    service.clock.advance(100);
    await withAddress(service, guest);
    const { status, body } = await refreshed(service, guest);
    expect(status).toBe(200);
    const claims = decodeJwt(body.access_token);
    expect(claims).toMatchObject({
      sub: guest.id,
      sid: guest.session_id,
      auth_time: 0,
    });
    for (const claim of ['guest', 'amr', 'acr']) expect(claims).not.toHaveProperty(claim);
    const owner = guestOf(service, body);
    expect((await owner.call('GET', '/api/auth/sessions')).body.data).toMatchObject([{ current: true }]);
    expect(await owner.call('GET', '/api/users/me/export')).toMatchObject(
      problem(401, 'recent-sign-in-required'),
    );
  });

  test('a retry of the refresh before it brings the same bytes', async () => {
    const service = await withGuests();
    const guest = await newGuest(service);
    const headers = { 'Idempotency-Key': crypto.randomUUID() };
    const json = { refresh_token: guest.refresh_token };
    const first = await service.call('POST', '/api/auth/refresh', { json, headers });
    await withAddress(service, guestOf(service, first.body));
    const retry = await service.call('POST', '/api/auth/refresh', { json, headers });
    expect(retry.body.refresh_token).toBe(first.body.refresh_token);
    expect(decodeJwt(retry.body.access_token)).not.toHaveProperty('guest');
  });

  test('with `sign_in` a session of its own takes the place of the guest’s', async () => {
    const service = await withGuests();
    const guest = await newGuest(service);
    const { email, answer } = await withAddress(service, guest, { sign_in: true, device_name: 'Phone' });
    expect(answer).toMatchObject({ status: 200, trips: 2 });
    expect(answer.body.session_id).not.toBe(guest.session_id);
    expect(decodeJwt(answer.body.access_token)).toMatchObject({ sub: guest.id, amr: ['pwd'], acr: 'aal1' });
    expect(decodeJwt(answer.body.access_token)).not.toHaveProperty('guest');
    expect(await ending(service, guest.session_id)).toEqual({ end_reason: 'upgraded', is_listed: true });
    expect(await guest.call('GET', '/api/users/me')).toMatchObject(problem(401, 'session-ended'));
    expect(await refreshed(service, guest)).toMatchObject(
      problem(401, 'session-ended', { reason: 'upgraded' }),
    );
    expect(await userOf(service, guest.id)).toMatchObject({ email });
  });

  test('every other session ends, and stands in the status list', async () => {
    const service = await withGuests();
    const guest = await newGuest(service);
    const other = await otherSession(service, guest);
    const before = (await readList(service)).places.length;
    await withAddress(service, guest);
    expect(await ending(service, other)).toEqual({ end_reason: 'upgraded', is_listed: true });
    expect(await ending(service, guest.session_id)).toEqual({ end_reason: null, is_listed: false });
    service.clock.advance(60);
    const fresh = await withGuests();
    expect((await readList(fresh)).places.length).toBe(before + 1);
  });

  test('the device stays known', async () => {
    const service = await withGuests();
    const guest = await newGuest(service);
    const { email } = await withAddress(service, guest);
    const { known_device } = guest;
    const again = await service.call('POST', '/api/auth/login', { json: { email, password, known_device } });
    expect(again.status).toBe(200);
    const devices = await rows(service, sql`select id from known_devices where user_id = ${guest.id}`);
    expect(devices).toHaveLength(1);
  });

  test('by link alone another account is made, as with the token of somebody who is no guest', async () => {
    const service = await withGuests();
    const guest = await newGuest(service);
    const granted = await registered(service);
    const json = { ...byLink(granted), request: granted.request, password, name: 'Ada', sign_in: true };
    const made = await service.call('POST', '/api/auth/verify-email', { bearer: guest.access_token, json });
    expect(decodeJwt(made.body.access_token).sub).not.toBe(guest.id);
    expect(await userOf(service, guest.id)).toMatchObject({ is_guest: true, email: null });

    const somebody = await signedIn(service);
    const other = await prove(service, somebody.access_token, byCode(await registered(service)), {
      sign_in: true,
    });
    expect(decodeJwt(other.body.access_token).sub).not.toBe(somebody.id);
    expect(await somebody.call('GET', '/api/users/me')).toMatchObject({ body: { email: somebody.email } });
  });

  test('a token that is not good is refused, and the code is not spent', async () => {
    const service = await withGuests();
    const guest = await newGuest(service);
    const granted = byCode(await registered(service));
    const tries = ['x.y.z', guest.access_token];
    service.clock.advance(16 * 60);
    for (const bearer of tries)
      expect(await prove(service, bearer, granted)).toMatchObject(problem(401, 'invalid-access-token'));
    const { body } = await refreshed(service, guest);
    expect(await prove(service, body.access_token, granted)).toMatchObject({ status: 204 });
    expect(await userOf(service, guest.id)).toMatchObject({ is_guest: false });
  });

  test('a session that has ended upgrades nobody, and its code is no try', async () => {
    const service = await withGuests();
    const guest = await newGuest(service);
    const granted = await registered(service);
    await guest.call('POST', '/api/auth/logout');
    for (let times = 0; times < 6; times += 1)
      expect(await prove(service, guest.access_token, wrongly(granted))).toMatchObject(
        problem(401, 'session-ended'),
      );
    expect(await prove(service, guest.access_token, byCode(granted))).toMatchObject(
      problem(401, 'session-ended'),
    );
    expect(
      await service.call('POST', '/api/auth/verify-email', { json: { ...byCode(granted), password } }),
    ).toMatchObject({
      status: 204,
    });
  });

  test('a wrong code is a try, and a weak password spends nothing', async () => {
    const service = await withGuests();
    const guest = await newGuest(service);
    const granted = await registered(service);
    expect(await prove(service, guest.access_token, wrongly(granted))).toMatchObject(
      problem(400, 'invalid-code', { attempts_left: 4 }),
    );
    expect(await prove(service, guest.access_token, granted, { password: 'password' })).toMatchObject(
      problem(422, 'weak-password'),
    );
    expect(await prove(service, guest.access_token, granted)).toMatchObject({ status: 204 });
  });

  test.for([false, true])('a lost answer is had again (sign_in %s)', async (sign_in) => {
    const service = await withGuests();
    const guest = await newGuest(service);
    const granted = byCode(await registered(service));
    const headers = { 'Idempotency-Key': crypto.randomUUID() };
    const once = () => prove(service, guest.access_token, granted, { sign_in }, { headers });
    const first = await once();
    const second = await once();
    expect(second.status).toBe(first.status);
    expect(second.body?.refresh_token).toBe(first.body?.refresh_token);
    expect(
      (await eventsOf(guestOf(service, first.body ?? guest))).filter((kind) => kind === 'guest-upgraded'),
    ).toHaveLength(1);
  });

  test('of the database, after which the driver asks again, ends no more', async () => {
    const service = await withGuests();
    const guest = await newGuest(service);
    const granted = byCode(await registered(service));
    const send = service.transport;
    let sent = 0;
    service.transport = async (input, init) => {
      const response = await send(input, init);
      sent += 1;
      return sent === 2 ? new Response('', { status: 503 }) : response;
    };
    const answer = await prove(service, guest.access_token, granted, { sign_in: true });
    expect(answer.status).toBe(200);
    expect(await guestOf(service, answer.body).call('GET', '/api/users/me')).toMatchObject({ status: 200 });
  });
});

describe('no merge', () => {
  test.for(['proven', 'imported', 'held'] as const)(
    'an address that is %s is taken, after the code',
    async (how) => {
      const service = await withGuests();
      const guest = await newGuest(service);
      const granted = await registered(service);
      const { email } = granted;
      if (how === 'proven') await insertUsers(service, [email]);
      if (how === 'imported') await insertImported(service, email);
      if (how === 'held') {
        const { id } = await signedIn(service);
        await rows(
          service,
          sql`insert into email_requests (id, purpose, address_hash, email, user_id, grant_epoch, created_at, expires_at)
          select ${crypto.randomUUID()}, 'undo-email-change', address_hash, email, ${id}, 0, created_at, expires_at
          from email_requests where email = ${email}`,
        );
      }
      expect(await prove(service, guest.access_token, wrongly(granted))).toMatchObject(
        problem(400, 'invalid-code'),
      );
      for (const sign_in of [false, true])
        expect(await prove(service, guest.access_token, byCode(granted), { sign_in })).toMatchObject(
          problem(409, 'identity-taken'),
        );
      expect(await userOf(service, guest.id)).toMatchObject({ is_guest: true, email: null });
      expect(await refreshed(service, guest)).toMatchObject({ status: 200 });
      if (how === 'imported') {
        const json = { ...byCode(granted), password };
        expect(await service.call('POST', '/api/auth/verify-email', { json })).toMatchObject({ status: 204 });
      }
    },
  );

  test('somebody who proves the address at this moment has it, and the guest is told', async () => {
    const service = await withGuests();
    const guest = await newGuest(service);
    const granted = await registered(service);
    const other = await registered(service, granted.email);
    await service.call('POST', '/api/auth/verify-email', { json: { ...byCode(other), password } });
    expect(await prove(service, guest.access_token, byCode(granted))).toMatchObject(
      problem(409, 'identity-taken'),
    );
  });
});

describe('by a passkey', () => {
  test('the account has it, stays the same, and its session goes on', async () => {
    const service = await withGuests();
    const guest = await newGuest(service);
    const other = await otherSession(service, guest);
    const id = await post(guest);
    const answer = await withPasskey(guest);
    expect(answer).toMatchObject({ status: 201, trips: 1 });
    expect(await userOf(service, guest.id)).toMatchObject({ is_guest: false, passkey_count: 1, email: null });
    expect(await ending(service, other)).toEqual({ end_reason: 'upgraded', is_listed: true });
    expect((await guest.call('GET', `/api/posts/${id}`)).body.author_id).toBe(guest.id);
    const { body } = await refreshed(service, guest);
    expect(decodeJwt(body.access_token)).toMatchObject({
      sub: guest.id,
      sid: guest.session_id,
      auth_time: 0,
    });
    expect(decodeJwt(body.access_token)).not.toHaveProperty('guest');
    expect(await eventsOf(guest)).toEqual(expect.arrayContaining(['guest-upgraded', 'passkey-added']));
  });

  test('nobody has signed in by that: the next token is not recent', async () => {
    const service = await withGuests();
    const guest = await newGuest(service);
    await withPasskey(guest);
    const { body } = await refreshed(service, guest);
    expect(await guestOf(service, body).call('DELETE', '/api/users/me')).toMatchObject(
      problem(401, 'recent-sign-in-required', { methods: ['passkey'] }),
    );
  });

  test('a lost answer is had again, though the token is no guest’s any more', async () => {
    const service = await withGuests();
    const guest = await newGuest(service);
    const credential = await created(guest, await authenticator());
    const headers = { 'Idempotency-Key': crypto.randomUUID() };
    const first = await keep(guest, credential, {}, headers);
    expect(await keep(guest, credential, {}, headers)).toMatchObject({ status: 201, body: first.body });
    expect(await keep(guest, credential)).toMatchObject(problem(401, 'recent-sign-in-required'));
    expect(await userOf(service, guest.id)).toMatchObject({ passkey_count: 1 });
    expect((await eventsOf(guest)).filter((kind) => kind === 'guest-upgraded')).toHaveLength(1);
  });

  test('once the driver asks the database again it is one', async () => {
    const service = await withGuests();
    const guest = await newGuest(service);
    const credential = await created(guest, await authenticator());
    const send = service.transport;
    let sent = 0;
    service.transport = async (input, init) => {
      const response = await send(input, init);
      sent += 1;
      return sent === 1 ? new Response('', { status: 503 }) : response;
    };
    expect(await keep(guest, credential)).toMatchObject({ status: 201 });
    expect(await userOf(service, guest.id)).toMatchObject({ passkey_count: 1, is_guest: false });
  });
});

describe('a guest’s token that is still out', () => {
  test.for(['address', 'passkey'] as const)(
    'is not recent after an upgrade by %s, and good for the rest',
    async (by) => {
      const service = await withGuests();
      const guest = await newGuest(service);
      if (by === 'address') await withAddress(service, guest);
      else await withPasskey(guest);
      const method = by === 'address' ? 'password' : 'passkey';
      const refusal = problem(401, 'recent-sign-in-required', {
        max_age: recentSignInSeconds,
        methods: [method],
      });
      expect(await guest.call('GET', '/api/users/me')).toMatchObject({ status: 200 });
      expect(await guest.call('DELETE', '/api/users/me')).toMatchObject(refusal);
      expect(await guest.call('GET', '/api/users/me/export')).toMatchObject(refusal);
      expect(await guest.call('POST', '/api/users/me/passkeys/options')).toMatchObject(refusal);
      expect(await guest.call('POST', '/api/users/me/totp')).toMatchObject(refusal);
      const json = { new_email: newAddress() };
      expect(await guest.call('POST', '/api/users/me/email', { json })).toMatchObject(refusal);
      expect(await userOf(service, guest.id)).toBeDefined();
    },
  );

  test('upgrades nobody again', async () => {
    const service = await withGuests();
    const guest = await newGuest(service);
    const { email } = await withAddress(service, guest);
    const other = await registered(service);
    expect(await prove(service, guest.access_token, byCode(other))).toMatchObject(
      problem(401, 'invalid-access-token'),
    );
    expect(await userOf(service, guest.id)).toMatchObject({ email });
    const { body } = await refreshed(service, guest);
    expect(await prove(service, body.access_token, byCode(other))).toMatchObject({ status: 204 });
  });
});

test('a stranger with a copy of a guest’s tokens loses them to an upgrade with a session of its own', async () => {
  const service = await withGuests();
  const guest = await newGuest(service);
  const copy = guestOf(service, guest);
  await withAddress(service, guest, { sign_in: true });
  expect(await copy.call('GET', '/api/users/me')).toMatchObject(problem(401, 'session-ended'));
  expect(await refreshed(service, copy)).toMatchObject(problem(401, 'session-ended'));
  expect(await prove(service, copy.access_token, byCode(await registered(service)))).toMatchObject(
    problem(401, 'session-ended'),
  );
});

describe('in a browser', () => {
  const cookiesOf = (headers: Headers, names = /./) =>
    headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0] ?? '')
      .filter((cookie) => names.test(cookie))
      .join('; ');

  const verifyWith = (service: Service, Cookie: string, granted: { request: string; code: string }) =>
    service.call('POST', '/api/auth/verify-email', {
      json: { ...granted, password, sign_in: true, token_delivery: 'cookie' },
      headers: { Cookie, Origin: issuer },
    });

  test('the cookie of a guest upgrades', async () => {
    const service = await withGuests();
    const { headers } = await ask(service, { token_delivery: 'cookie' }, { Origin: issuer });
    const granted = await registered(service);
    expect(await verifyWith(service, cookiesOf(headers), byCode(granted))).toMatchObject({ status: 200 });
    expect(
      await rows(service, sql`select from users where is_guest = false and email = ${granted.email}`),
    ).toHaveLength(1);
    const [row] = await rows<{ count: number }>(
      service,
      sql`select count(*)::int as count from sessions s join users u on u.id = s.user_id where u.email = ${granted.email}`,
    );
    expect(row?.count).toBe(2);
  });

  test('one that the browser has dropped makes no other account: it is to be refreshed', async () => {
    const service = await withGuests();
    const { headers } = await ask(service, { token_delivery: 'cookie' }, { Origin: issuer });
    const granted = await registered(service);
    expect(await verifyWith(service, cookiesOf(headers, /refresh_token/), byCode(granted))).toMatchObject(
      problem(401, 'invalid-access-token', { discard_credentials: false }),
    );
  });

  test('that of somebody who is no guest is left over', async () => {
    const service = await withGuests();
    const { email } = await signedIn(service);
    const json = { email, password, token_delivery: 'cookie' };
    const { headers } = await service.call('POST', '/api/auth/login', { json, headers: { Origin: issuer } });
    const granted = byCode(await registered(service));
    expect(await verifyWith(service, cookiesOf(headers, /refresh_token/), granted)).toMatchObject({
      status: 200,
    });
  });
});
