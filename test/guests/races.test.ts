// What happens to a guest at one moment, on connections of its own each: one upgrade is made, and nothing is half done.

import { sql } from 'drizzle-orm/sql/sql';
import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import { problem } from '../accounts/people.ts';
import { byCode, registered } from '../mail/granted.ts';
import { authenticator } from '../passkeys/authenticator.ts';
import { created, keep } from '../passkeys/ceremonies.ts';
import { type Answer, newDatabase, password, type Service, startService } from '../service.ts';
import { lineUp } from '../sessions/line-up.ts';
import { eventsOf, guestOf, newGuest, prove, refreshed, rows, userOf, withGuests } from './people.ts';

/** Every call that waits in the database is counted: so each test has one of its own. */
const alone = async (): Promise<Service> =>
  startService({ GUESTS: 'true', DATABASE_URL: await newDatabase() });

const large = process.env['LARGE_RUN'] !== undefined;

const recent = problem(401, 'recent-sign-in-required');

describe('lined up at the guest’s row', () => {
  test('of two addresses the first is theirs, and the code of the second is not spent', async () => {
    const service = await alone();
    const guest = await newGuest(service);
    const [one, two] = [await registered(service), await registered(service)];
    const by = (granted: typeof one) => () => prove(service, guest.access_token, byCode(granted));
    const answers = await lineUp(service, { table: 'users', id: guest.id }, [by(one), by(two)]);
    expect(answers).toMatchObject([{ status: 204 }, problem(401, 'invalid-access-token')]);
    expect(await userOf(service, guest.id)).toMatchObject({ email: one.email, is_guest: false });
    const json = { ...byCode(two), password };
    expect(await service.call('POST', '/api/auth/verify-email', { json })).toMatchObject({ status: 204 });
    expect((await eventsOf(guest)).filter((kind) => kind === 'guest-upgraded')).toHaveLength(1);
  });

  test('an address and then a passkey, which the guest’s token cannot add any more', async () => {
    const service = await alone();
    const guest = await newGuest(service);
    const granted = await registered(service);
    const credential = await created(guest, await authenticator());
    const answers = await lineUp(service, { table: 'users', id: guest.id }, [
      () => prove(service, guest.access_token, byCode(granted)),
      () => keep(guest, credential),
    ]);
    expect(answers).toMatchObject([{ status: 204 }, recent]);
    expect(await userOf(service, guest.id)).toMatchObject({ email: granted.email, passkey_count: 0 });
  });

  test('a passkey and then an address, whose code is not spent', async () => {
    const service = await alone();
    const guest = await newGuest(service);
    const granted = await registered(service);
    const credential = await created(guest, await authenticator());
    const answers = await lineUp(service, { table: 'users', id: guest.id }, [
      () => keep(guest, credential),
      () => prove(service, guest.access_token, byCode(granted)),
    ]);
    expect(answers).toMatchObject([{ status: 201 }, problem(401, 'invalid-access-token')]);
    expect(await userOf(service, guest.id)).toMatchObject({ email: null, passkey_count: 1 });
    const json = { ...byCode(granted), password };
    expect(await service.call('POST', '/api/auth/verify-email', { json })).toMatchObject({ status: 204 });
  });

  test('the same passkey twice with one key is one, and both are told so', async () => {
    const service = await alone();
    const guest = await newGuest(service);
    const credential = await created(guest, await authenticator());
    const headers = { 'Idempotency-Key': crypto.randomUUID() };
    const once = () => keep(guest, credential, {}, headers);
    const [one, two] = await lineUp(service, { table: 'users', id: guest.id }, [once, once]);
    expect([one.status, two.status]).toEqual([201, 201]);
    expect(two.body).toEqual(one.body);
    expect(await userOf(service, guest.id)).toMatchObject({ passkey_count: 1 });
  });

  test('the same code twice with one key is one upgrade, and both get its session', async () => {
    const service = await alone();
    const guest = await newGuest(service);
    const granted = byCode(await registered(service));
    const headers = { 'Idempotency-Key': crypto.randomUUID() };
    const once = () => prove(service, guest.access_token, granted, { sign_in: true }, { headers });
    const [one, two] = await lineUp(service, { table: 'users', id: guest.id }, [once, once]);
    expect([one.status, two.status]).toEqual([200, 200]);
    expect(two.body.session_id).toBe(one.body.session_id);
    expect(await guestOf(service, two.body).call('GET', '/api/users/me')).toMatchObject({ status: 200 });
  });

  test('an upgrade, and then a deletion by the token that was a guest’s: that is not recent any more', async () => {
    const service = await alone();
    const guest = await newGuest(service);
    const granted = await registered(service);
    const answers = await lineUp(service, { table: 'users', id: guest.id }, [
      () => prove(service, guest.access_token, byCode(granted)),
      () => guest.call('DELETE', '/api/users/me'),
    ]);
    expect(answers).toMatchObject([{ status: 204 }, recent]);
    expect(await userOf(service, guest.id)).toMatchObject({ email: granted.email });
  });

  test('a deletion, and then an upgrade: there is nobody, and the code makes an account elsewhere', async () => {
    const service = await alone();
    const guest = await newGuest(service);
    const granted = await registered(service);
    const [deletion, upgrade] = await lineUp(service, { table: 'users', id: guest.id }, [
      () => guest.call('DELETE', '/api/users/me'),
      () => prove(service, guest.access_token, byCode(granted), { sign_in: true }),
    ]);
    expect(deletion.status).toBe(204);
    expect(upgrade.status).toBe(401);
    expect(await userOf(service, guest.id)).toBeUndefined();
    const json = { ...byCode(granted), password, sign_in: true };
    const made = await service.call('POST', '/api/auth/verify-email', { json });
    expect(made.status).toBe(200);
    expect(decodeJwt(made.body.access_token).sub).not.toBe(guest.id);
  });

  test('signed out everywhere, and then an upgrade', async () => {
    const service = await alone();
    const guest = await newGuest(service);
    const granted = await registered(service);
    const [out, upgrade] = await lineUp(service, { table: 'users', id: guest.id }, [
      () => guest.call('POST', '/api/auth/logout-all', { json: {} }),
      () => prove(service, guest.access_token, byCode(granted), { sign_in: true }),
    ]);
    expect(out.status).toBe(204);
    expect(upgrade.status).toBe(401);
    expect(await userOf(service, guest.id)).toMatchObject({ is_guest: true });
  });
});

test('an upgrade beside a refresh leaves one session, that of nobody’s guest', async () => {
  const service = await alone();
  const guest = await newGuest(service);
  const granted = await registered(service);
  const [upgrade, refresh] = await lineUp<[Answer, Answer]>(
    service,
    { table: 'sessions', id: guest.session_id },
    [() => prove(service, guest.access_token, byCode(granted)), () => refreshed(service, guest)],
  );
  expect([upgrade.status, refresh.status]).toEqual([204, 200]);
  const { body } = await refreshed(service, refresh.body);
  expect(decodeJwt(body.access_token)).toMatchObject({ sub: guest.id, auth_time: 0 });
  expect(decodeJwt(body.access_token)).not.toHaveProperty('guest');
});

test('everything at once, again and again: one upgrade at most, no fault, and every answer is true', async () => {
  const service = await withGuests();
  for (let times = 0; times < (large ? 100 : 8); times += 1) {
    const guest = await newGuest(service);
    const [one, two] = [await registered(service), await registered(service)];
    const credential = await created(guest, await authenticator());
    const answers = await Promise.all([
      prove(service, guest.access_token, byCode(one)),
      prove(service, guest.access_token, byCode(two), { sign_in: true }),
      keep(guest, credential),
      ...(times % 2 === 0 ? [guest.call('DELETE', '/api/users/me')] : []),
    ]);
    const [byOne, byTwo, byPasskey, deletion] = answers;
    for (const { status, text } of answers) expect(status, text).toBeLessThan(500);
    const done = [byOne, byTwo, byPasskey].filter((answer) => answer && answer.status < 300);
    const user = await userOf(service, guest.id);
    if (deletion && deletion.status < 300) {
      expect(user).toBeUndefined();
      expect(done).toEqual([]);
      continue;
    }
    expect(done).toHaveLength(1);
    expect(user).toMatchObject({
      is_guest: false,
      email: byOne?.status === 204 ? one.email : byTwo?.status === 200 ? two.email : null,
      passkey_count: byPasskey?.status === 201 ? 1 : 0,
    });
    const living = await rows<{ id: string }>(
      service,
      sql`select id from sessions where user_id = ${guest.id} and ended_at is null and not is_guest`,
    );
    expect(living.map(({ id }) => id)).toEqual([
      byTwo?.status === 200 ? byTwo.body.session_id : guest.session_id,
    ]);
  }
});

test('one address for two guests at once, and for whoever registers it: one has it', async () => {
  const service = await withGuests();
  for (let times = 0; times < (large ? 100 : 8); times += 1) {
    const guests = [await newGuest(service), await newGuest(service)];
    const first = await registered(service);
    const grants = [first, await registered(service, first.email), await registered(service, first.email)];
    const answers = await Promise.all(
      grants.map((granted, place) => {
        const guest = guests[place];
        if (guest) return prove(service, guest.access_token, byCode(granted));
        return service.call('POST', '/api/auth/verify-email', { json: { ...byCode(granted), password } });
      }),
    );
    for (const { status, text } of answers) expect(status, text).toBeLessThan(500);
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    const owners = await rows(service, sql`select from users where email = ${first.email}`);
    expect(owners).toHaveLength(1);
  }
});
