// The export holds all that is kept about the person who asks, and nothing about anybody else.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { addPasskey, turnOffTotp, turnOnTotp } from '../factors/changes.ts';
import { otherPassword } from '../mail/granted.ts';
import { startOwnService } from '../mail/own-service.ts';
import { newAddress, password, type Service } from '../service.ts';
import { another, type Person, signedIn } from './people.ts';

/** A life that leaves something in every table. */
async function lived(service: Service, word: string): Promise<Person> {
  const person = await signedIn(service);
  await person.call('PATCH', '/api/users/me', { json: { name: `Name of ${word}`, locale: 'de' } });
  const phone = await another(service, person.email, { device_name: `Phone of ${word}` });
  await service.call('POST', '/api/auth/logout', { json: { refresh_token: phone.refresh_token } });
  await person.call('POST', '/api/users/me/email', {
    json: { new_email: newAddress(), password },
    headers: { 'Accept-Language': 'fr' },
  });
  await service.call('POST', '/api/auth/login', { json: { email: person.email, password: otherPassword } });
  await addPasskey(service, person, { name: `Key of ${word}` });
  await turnOnTotp(service, person);
  await turnOffTotp(service, person);
  const now = service.clock.now.toISOString();
  await service.dependencies.database.query(
    sql`
      insert into posts (id, author_id, title, content, created_at, updated_at)
      values (${service.dependencies.newId()}, ${person.id}, ${`Title of ${word}`}, 'Words', ${now}, ${now})`,
    { repeatable: false },
  );
  await service.dependencies.database.query(
    sql`
      insert into auth_sessions (id, user_id, password_version, epoch, factors_version, amr, created_at, expires_at)
      values (${service.dependencies.newId()}, ${person.id}, 0, 0, 0, '{pwd}', ${now}, ${now})`,
    { repeatable: false },
  );
  await service.dependencies.database.query(
    sql`
      insert into identities (id, user_id, provider, issuer, subject, created_at)
      values (${service.dependencies.newId()}, ${person.id}, 'google', 'https://accounts.google.com', ${word}, ${now})`,
    { repeatable: false },
  );
  return person;
}

test('every table that keeps something about the person is there, and every row of theirs', async () => {
  const service = await startOwnService();
  const person = await lived(service, 'Ada');
  const { status, body, trips, headers } = await person.call('GET', '/api/users/me/export');
  expect([status, trips]).toEqual([200, 1]);
  expect(headers.get('Cache-Control')).toBe('private, no-store');
  expect(headers.get('Content-Disposition')).toContain('attachment');
  expect(body.user).toMatchObject({ id: person.id, email: person.email, name: 'Name of Ada', locale: 'de' });
  expect(body.email_requests).toContainEqual(
    expect.objectContaining({ purpose: 'change-email', locale: 'fr' }),
  );

  const { database } = service.dependencies;
  const tables = await database.query<{ name: string }>(
    sql`
      select table_name as name from information_schema.tables
      where table_schema = 'public' and table_name <> 'users'`,
    { repeatable: true },
  );
  // Hashes alone, which say nothing about the person; what version 0.1.0 wrote, and nothing writes any more; and ids of rows that
  // are in it themselves (the outbox).
  const others = [
    'idempotent_calls',
    'email_grants',
    'status_lists',
    'ended_statuses',
    'token_lifetimes',
    'spent_challenges',
    'provider_calls',
    'outbox',
  ];
  // What is counted by an address that is not the person's is about whoever has it.
  const own = sql`where address_hash = encode(sha256(convert_to(${person.email}, 'UTF8')), 'hex')`;
  // Nobody else lives in this database, so all the rest of it is about the one person.
  for (const { name } of tables) {
    if (others.includes(name)) continue;
    const [row] = await database.query<{ count: number }>(
      sql`select count(*)::int as count from ${sql.identifier(name)} ${name === 'email_destinations' ? own : sql``}`,
      { repeatable: true },
    );
    expect(row?.count, name).toBeGreaterThan(0);
    expect(body[name], name).toHaveLength(row?.count ?? 0);
  }
  expect(body.sessions.map(({ device_name }: { device_name: string }) => device_name)).toContain(
    'Phone of Ada',
  );
  expect(body.posts).toMatchObject([{ title: 'Title of Ada' }]);
  expect(body.user).toMatchObject({ has_password: true });
  expect(body.passkeys).toMatchObject([{ name: 'Key of Ada', public_key: {}, removed_at: null }]);
  expect(body.totp_secrets).toMatchObject([
    { recovery_codes_left: 10, removed_at: service.clock.now.toISOString(), last_used_at: null },
  ]);
  expect(body.identities).toMatchObject([{ provider: 'google', subject: 'Ada', removed_at: null }]);
  expect(body.auth_sessions).toMatchObject([{ amr: ['pwd'], spent_at: null }]);
});

test('every time is as the API shows times, and one that is further away than any is none', async () => {
  const service = await startOwnService();
  const person = await lived(service, 'Ada');
  const { body } = await person.call('GET', '/api/users/me/export');
  const rows = Object.values(body).flat() as object[];
  const columns = rows.flatMap((row) => Object.entries(row));
  const times = columns.filter(([name, value]) => /_(at|until)$/.test(name) && value !== null);
  expect(times.length).toBeGreaterThan(20);
  for (const [name, value] of times) expect(value, name).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(body.login_attempts).toMatchObject([{ attempts: 1, locked_until: null }]);
});

test('the known devices are in it, and what was guessed on them and at the address', async () => {
  const service = await startOwnService();
  const person = await signedIn(service);
  const guess = { email: person.email, password: otherPassword };
  for (const json of [
    guess,
    { ...guess, known_device: person.known_device },
    { ...guess, known_device: person.known_device },
  ])
    await service.call('POST', '/api/auth/login', { json });
  const { body } = await person.call('GET', '/api/users/me/export');
  const created_at = service.clock.now.toISOString();
  expect(body.known_devices).toEqual([
    { id: body.sessions[0].device_id, created_at, expires_at: expect.any(String) },
  ]);
  const attempts = body.login_attempts.map((row: { attempts: number }) => row.attempts);
  expect(attempts.sort()).toEqual([1, 2]);
  const [failed] = body.security_events.filter(({ kind }: { kind: string }) => kind === 'sign-in-failed');
  expect(failed).toMatchObject({ count: 3, request_id: expect.any(String) });
});

test("another person's data is in it nowhere", async () => {
  const service = await startOwnService();
  const [ada, grace] = [await lived(service, 'Ada'), await lived(service, 'Grace')];
  const { text } = await ada.call('GET', '/api/users/me/export');
  for (const trace of ['Grace', grace.id, grace.email, grace.session_id]) expect(text).not.toContain(trace);
  expect((await grace.call('GET', '/api/users/me/export')).text).toContain('Title of Grace');
});

test('no secret and no hash of one is in it', async () => {
  const service = await startOwnService();
  const person = await lived(service, 'Ada');
  const { text } = await person.call('GET', '/api/users/me/export');
  expect(text).not.toContain('argon2');
  expect(text).not.toMatch(/"[\w-]*(hash|token|secret)"/);
});

test('requests for mails, their links, what is counted by address and known devices are in it', async () => {
  const service = await startOwnService();
  const [ada, grace] = [await signedIn(service), await signedIn(service)];
  const { database, newId } = service.dependencies;
  const time = service.clock.now.toISOString();
  for (const { id, email } of [ada, grace]) {
    const [request, hash] = [newId(), sql`encode(sha256(convert_to(${email}, 'UTF8')), 'hex')`];
    for (const statement of [
      sql`insert into known_devices (id, user_id, created_at, expires_at) values (${newId()}, ${id}, ${time}, ${time})`,
      sql`insert into email_requests (id, purpose, address_hash, email, user_id, grant_epoch, created_at, expires_at)
        values (${request}, 'reset-password', ${hash}, ${email}, ${id}, 0, ${time}, ${time})`,
      sql`insert into mailed_grants (mail_id, request_id, token_hash, code_hash, expires_at)
        values (${newId()}, ${request}, ${newId()}, 'x', ${time})`,
      sql`insert into email_destinations (address_hash, counter, counted_since, mails_paid_until, expires_at)
        values (${hash}, '', ${time}, ${time}, ${time}), (${hash}, ${newId()}, ${time}, ${time}, ${time})`,
    ])
      await database.query(statement, { repeatable: false });
  }
  const { body } = await ada.call('GET', '/api/users/me/export');
  expect(body.email_requests).toMatchObject([
    { purpose: 'reset-password', email: ada.email, created_at: time },
  ]);
  expect(body.mailed_grants).toMatchObject([{ request_id: body.email_requests[0].id }]);
  expect(body.email_destinations).toMatchObject([{ counter: '' }, { counter: expect.any(String), mails: 0 }]);
  // Beside the device that signed in.
  expect(body.known_devices).toHaveLength(2);
  expect(body.known_devices).toContainEqual(expect.objectContaining({ created_at: time, expires_at: time }));
});
