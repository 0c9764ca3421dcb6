// The statement that changes an account writes down what happened, from where and when, for its owner alone to read.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { freeLoginAttempts, securityEventsListed } from '../../src/lifetimes.ts';
import { byLink, forgot, grantedTo, otherPassword, registered, reset, verify } from '../mail/granted.ts';
import { newAddress, password, startService } from '../service.ts';
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
    created_at: service.clock.now.toISOString(),
  });
});

test('a verification, a reset and both steps of a change of address are written down, in order', async () => {
  const service = await startService();
  const granted = await registered(service);
  await verify(service, byLink(granted));
  service.clock.advance(1);
  await reset(service, await forgot(service, granted.email), password);
  service.clock.advance(1);
  const person = await another(service, granted.email);
  const newEmail = newAddress();
  await person.call('POST', '/api/users/me/email', { json: { new_email: newEmail, password } });
  service.clock.advance(1);
  await verify(service, byLink(await grantedTo(newEmail, 1)));
  const kinds = ['email-verified', 'password-reset', 'email-change-requested', 'email-changed'];
  expect(await kindsOf(person, ...kinds)).toEqual(kinds);
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

test('a sign-in that failed is written down, with the device and the moment; one in a pause fills no table', async () => {
  const service = await startService();
  const person = await signedIn(service);
  const looks = freeLoginAttempts + 1;
  const moments: string[] = [];
  for (let guess = 0; guess < looks + 5; guess += 1) {
    service.clock.advance(1);
    moments.push(service.clock.now.toISOString());
    const json = { email: person.email, password: otherPassword };
    const answer = await service.call('POST', '/api/auth/login', { json, headers: from });
    expect([answer.status, answer.trips]).toEqual([401, 2]);
  }
  expect(await kindsOf(person, 'sign-in-failed')).toHaveLength(looks);
  expect((await eventsOf(person))[0]).toMatchObject({
    session_id: null,
    ip: '192.0.2.7',
    user_agent: 'Browser of Ada',
    created_at: moments[looks - 1],
  });
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
  await verify(service, { email: person.email, code: '123456' });
  await reset(service, { email: person.email, code: '123456' });
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
