// The statement that changes an account writes down what happened, from where and when, for its owner alone to read.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { securityEventsListed } from '../../src/bounds.ts';
import { freeLoginAttempts } from '../../src/lifetimes.ts';
import { byLink, forgot, otherPassword, registered, reset, verify, wrongCode } from '../mail/granted.ts';
import { newAddress, password, startService } from '../service.ts';
import { changed, changing, confirm, undo } from './mailed.ts';
import { another, type Person, signedIn } from './people.ts';

const from = { 'CF-Connecting-IP': '192.0.2.7', 'User-Agent': 'Browser of Ada' };

type Event = { kind: string; session_id: string | null; ip: string | null; created_at: string };

async function eventsOf(person: Person): Promise<Event[]> {
  const { status, body, headers, trips } = await person.call('GET', '/api/users/me/security-events');
  expect([status, trips, headers.get('Cache-Control')]).toEqual([200, 1, 'private, no-store']);
  return body.data;
}

/** The events of these kinds, oldest first. */
async function kindsOf(person: Person, ...kinds: string[]): Promise<string[]> {
  const events = await eventsOf(person);
  return events
    .map(({ kind }) => kind)
    .filter((kind) => kinds.includes(kind))
    .reverse();
}

test('a changed password is written down, with the session, the device and the moment', async () => {
  const service = await startService();
  const person = await signedIn(service);
  service.clock.advance(1);
  const json = { current_password: password, new_password: otherPassword };
  await person.call('POST', '/api/auth/change-password', { json, headers: from });
  const after = await another(service, person.email, { password: otherPassword });
  const events = await eventsOf(after);
  expect(events.find(({ kind }: { kind: string }) => kind === 'password-changed')).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    kind: 'password-changed',
    session_id: person.session_id,
    ip: '192.0.2.7',
    user_agent: 'Browser of Ada',
    count: 1,
    request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    by_operator: false,
    created_at: service.clock.now.toISOString(),
  });
});

test('a verification, a reset and both steps of a change of address are written down, in order', async () => {
  const service = await startService();
  const granted = await registered(service);
  await verify(service, byLink(granted));
  service.clock.advance(1);
  await reset(service, byLink(await forgot(service, granted.email)), password);
  service.clock.advance(1);
  const person = await another(service, granted.email);
  const change = await changing(person);
  service.clock.advance(1);
  await confirm(service, byLink(change));
  const kinds = ['email-verified', 'password-reset', 'email-change-requested', 'email-changed'];
  expect(await kindsOf(person, ...kinds)).toEqual(kinds);
});

test('a change of address that was undone is written down, with where from, and once', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const token = await changed(person, person.email);
  service.clock.advance(1);
  const key = { 'Idempotency-Key': crypto.randomUUID() };
  for (let times = 0; times < 2; times += 1) await undo(service, token, { ...from, ...key });
  await reset(service, byLink(await forgot(service, person.email)), otherPassword);
  const owner = await another(service, person.email, { password: otherPassword });
  const undone = (await eventsOf(owner)).filter(({ kind }) => kind === 'email-change-undone');
  expect(undone).toMatchObject([{ session_id: null, ip: '192.0.2.7', user_agent: 'Browser of Ada' }]);
});

test('what is written down of a proof by sign-in names the session that it started', async () => {
  const service = await startService();
  const granted = await registered(service);
  const { status, body } = await verify(service, byLink(granted), { sign_in: true });
  expect(status).toBe(200);
  const answer = await service.call('GET', '/api/users/me/security-events', { bearer: body.access_token });
  const verified = answer.body.data.find(({ kind }: Event) => kind === 'email-verified');
  expect(verified).toMatchObject({ session_id: body.session_id });
});

test('what ends a session is written down once: a logout, a revoked device, all devices, a stolen token', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const [phone, tablet, stolen] = [
    await another(service, person.email),
    await another(service, person.email),
    await another(service, person.email),
  ];
  const post = (path: string, refresh_token: string) =>
    service.call('POST', path, { json: { refresh_token }, headers: from });
  for (let times = 0; times < 2; times += 1) {
    service.clock.advance(1);
    await post('/api/auth/logout', phone.refresh_token);
    service.clock.advance(1); // events of one millisecond stand in any order
    await person.call('DELETE', `/api/auth/sessions/${tablet.session_id}`);
  }
  await post('/api/auth/refresh', stolen.refresh_token);
  service.clock.advance(31);
  const { body } = await post('/api/auth/refresh', stolen.refresh_token);
  expect(body.type).toMatch(/refresh-token-reused$/);
  await post('/api/auth/refresh', stolen.refresh_token);
  const kinds = ['signed-out', 'session-revoked', 'refresh-token-reused', 'signed-out-everywhere'];
  const written = (await eventsOf(person)).filter(({ kind }) => kinds.includes(kind));
  expect(written.map(({ kind, session_id, ip }) => [kind, session_id, ip]).reverse()).toEqual([
    ['signed-out', phone.session_id, '192.0.2.7'],
    ['session-revoked', tablet.session_id, null],
    ['refresh-token-reused', stolen.session_id, '192.0.2.7'],
  ]);

  service.clock.advance(1);
  await person.call('POST', '/api/auth/logout-all', { headers: from });
  const again = await another(service, person.email);
  const [newest] = (await eventsOf(again)).filter(({ kind }) => kinds.includes(kind));
  expect(newest).toMatchObject({
    kind: 'signed-out-everywhere',
    session_id: person.session_id,
    ip: '192.0.2.7',
  });
});

test('sign-ins that failed are one event an hour, those in a pause among them, with the device and how often', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const guesses = freeLoginAttempts + 6;
  for (let guess = 0; guess < guesses; guess += 1) {
    const json = { email: person.email, password: otherPassword };
    const answer = await service.call('POST', '/api/auth/login', { json, headers: from });
    expect([answer.status, answer.trips]).toEqual([401, 2]);
  }
  const failures = (await eventsOf(person)).filter(({ kind }) => kind === 'sign-in-failed');
  expect(failures).toEqual([
    {
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      kind: 'sign-in-failed',
      session_id: null,
      ip: '192.0.2.7',
      user_agent: 'Browser of Ada',
      count: guesses,
      request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      created_at: `${service.clock.now.toISOString().slice(0, 13)}:00:00.000Z`,
    },
  ]);
});

test('what was refused is not written down as done', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const before = await eventsOf(person);
  await person.call('POST', '/api/auth/change-password', {
    json: { current_password: otherPassword, new_password: otherPassword },
  });
  await person.call('POST', '/api/users/me/email', {
    json: { new_email: newAddress(), password: otherPassword },
  });
  const { request, code } = await forgot(service, person.email);
  await reset(service, { request, code: wrongCode(code) }, otherPassword);
  await reset(service, { token: 'x' }, otherPassword);
  expect(await eventsOf(person)).toEqual(before);
});

test('another person reads their own alone', async () => {
  const service = await startService();
  const [ada, grace] = [await signedIn(service), await signedIn(service)];
  service.clock.advance(1);
  await ada.call('POST', '/api/auth/change-password', {
    json: { current_password: password, new_password: otherPassword },
  });
  expect(await kindsOf(grace, 'password-changed')).toEqual([]);
  expect(await service.call('GET', '/api/users/me/security-events')).toMatchObject({ status: 401 });
});

test('the newest come first, and not more than one answer can hold', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const { database, newId } = service.dependencies;
  const rows = Array.from({ length: securityEventsListed + 5 }, (_, index) => {
    service.clock.advance(1);
    return { id: newId(), created_at: service.clock.now.toISOString(), ip: `192.0.2.${index}` };
  });
  await database.query(
    sql`
      insert into security_events (id, kind, user_id, ip, created_at)
      select r.id, 'password-changed', ${person.id}, r.ip, r.created_at
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id uuid, ip text, created_at timestamptz)`,
    { repeatable: false },
  );
  const events = await eventsOf(person);
  expect(events).toHaveLength(securityEventsListed);
  const times = events.map(({ created_at }) => created_at);
  expect(times).toEqual([...times].sort().reverse());
  expect(times[0]).toBe(service.clock.now.toISOString());
});

test('an event names the request that caused it, as its answer and the log do', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const phone = await another(service, person.email);
  service.clock.advance(1);
  const ended = await person.call('DELETE', `/api/auth/sessions/${phone.session_id}`);
  const { body } = await person.call('GET', '/api/users/me/security-events');
  expect(body.data[0]).toMatchObject({
    kind: 'session-revoked',
    count: 1,
    request_id: ended.headers.get('X-Request-Id'),
  });
});

test('all events can be read, page by page, newest first, whatever happens meanwhile', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const { dependencies, clock } = service;
  const ids: string[] = [];
  for (let count = 0; count < 2 * securityEventsListed + 30; count += 1) {
    clock.advance(1);
    ids.push(dependencies.newId());
  }
  await dependencies.database.query(
    sql`
      insert into security_events (id, kind, user_id, count, created_at)
      select id::uuid, 'sign-in-failed', ${person.id}, 7, ${clock.now.toISOString()} from unnest(${sql.param(ids)}::text[]) id`,
    { repeatable: false },
  );
  const seen: string[] = [];
  let path: string | undefined = '/api/users/me/security-events';
  let pages = 0;
  while (path) {
    const page: Awaited<ReturnType<Person['call']>> = await person.call('GET', path);
    expect(page).toMatchObject({ status: 200, trips: 1 });
    expect(page.body.data.length).toBeLessThanOrEqual(securityEventsListed);
    seen.push(...page.body.data.map(({ id }: { id: string }) => id));
    const next: string | null = page.body.next_cursor;
    expect(page.headers.get('Link')).toBe(
      next && `</api/users/me/security-events?cursor=${next}>; rel="next"`,
    );
    path = next === null ? undefined : `/api/users/me/security-events?cursor=${next}`;
    pages += 1;
    clock.advance(1);
    // Newer ones shift no page.
    await another(service, person.email);
  }
  expect(pages).toBe(3);
  expect(seen.slice(0, ids.length)).toEqual(ids.toReversed());
  expect(new Set(seen).size).toBe(seen.length);
});

test.for(['', 'x', '!', '%00', 'MDE5YWI', 'x'.repeat(10_000), `${'A'.repeat(47)}=`, 'null', '-1'])(
  'a cursor that is none is 422: %#',
  async (cursor) => {
    const service = await startService();
    const person = await signedIn(service);
    const answer = await person.call('GET', `/api/users/me/security-events?cursor=${cursor}`);
    expect(answer).toMatchObject({ status: 422, trips: 0, body: { errors: [{ pointer: '#cursor' }] } });
  },
);

test('a cursor of somebody else’s list shows nothing of theirs', async () => {
  const service = await startService();
  const [ada, grace] = [await signedIn(service), await signedIn(service)];
  const { body } = await grace.call('GET', '/api/users/me/security-events');
  const cursor = btoa(body.data[0].id).replaceAll('=', '');
  const page = await ada.call('GET', `/api/users/me/security-events?cursor=${cursor}`);
  expect(page.status).toBe(200);
  for (const { session_id } of page.body.data) expect(session_id).not.toBe(grace.session_id);
});
