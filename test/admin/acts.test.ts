// What each act of an operator's does to a user and what it leaves; who did it is in the security log, for operators alone.

import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { another, type Person, problem, signedIn } from '../accounts/people.ts';
import { twoFactorPerson, type WithApp } from '../factors/authenticator.ts';
import { dump } from '../mail/tables.ts';
import { linkIn, mailsTo, password, type Service, startService } from '../service.ts';
import { refresh } from '../sessions/driver.ts';
import { newAdmin, setRole } from './operators.ts';

const nobody = '0197a1b2-0000-7000-8000-00000000000a';
const from = { 'CF-Connecting-IP': '192.0.2.77', 'User-Agent': 'Browser of the operator' };

let service: Service;
let admin: WithApp;
let person: Person;

beforeAll(async () => {
  service = await startService();
  admin = await newAdmin(service);
});

beforeEach(async () => {
  person = await signedIn(service);
});

const of = (id: string) => `/api/admin/users/${id}`;
const act = (what: string, id = person.id, json?: object, method = 'POST') =>
  admin.call(method, `${of(id)}${what}`, { headers: from, ...(json && { json }) });
const shown = async (id = person.id) => (await admin.call('GET', of(id))).body;

const acts: Readonly<Record<string, (id: string) => ReturnType<Person['call']>>> = {
  disable: (id) => act('/disable', id, { reason: 'spam' }),
  enable: (id) => act('/enable', id),
  'end-sessions': (id) => act('/end-sessions', id),
  'send-reset': (id) => act('/send-reset', id),
  'remove-second-factors': (id) => act('/remove-second-factors', id),
  'a change': (id) => act('', id, { app_metadata: { plan: 'gold' } }, 'PATCH'),
  'a deletion': (id) => act('', id, undefined, 'DELETE'),
};

describe.for(Object.entries(acts))('%s', ([, run]) => {
  test('of an admin, oneself too, is refused, and of nobody not found; neither changes anything', async () => {
    const other = await newAdmin(service);
    const before = (await dump(service)).sort();
    for (const id of [other.id, admin.id]) expect(await run(id)).toMatchObject(problem(403, 'user-is-admin'));
    expect(await run(nobody)).toMatchObject(problem(404, 'not-found'));
    expect((await dump(service)).sort()).toEqual(before);
  });
});

/** The events of one kind, as operators read them. */
async function events(kind: string, user = person.id) {
  const { body } = await admin.call('GET', `/api/admin/events?kind=${kind}&user=${user}`);
  return body.data;
}

/** Once, with who did it, from where and why; the owner, signed in anew, hears that it was and no more. */
async function expectEvent(kind: string, details: object, owner?: Person) {
  expect(await events(kind)).toEqual([
    expect.objectContaining({
      user_id: person.id,
      email: person.email,
      actor_id: admin.id,
      ip: '192.0.2.77',
      user_agent: 'Browser of the operator',
      details,
    }),
  ]);
  if (!owner) return;
  const { body, text } = await owner.call('GET', '/api/users/me/security-events');
  const told = body.data.find((event: { kind: string }) => event.kind === kind);
  expect(told).toMatchObject({ by_operator: true, ip: null, user_agent: null });
  const exported = await owner.call('GET', '/api/users/me/export');
  for (const said of [text, exported.text]) {
    for (const secret of [admin.id, '192.0.2.77', 'Browser of the operator', 'ticket 4711'])
      expect(said).not.toContain(secret);
  }
  const kept = exported.body.security_events.find((event: { kind: string }) => event.kind === kind);
  expect(kept).toMatchObject({ by_operator: true, ip: null, user_agent: null });
}

test('disabling ends every session, forgets the devices and says why; enabling lets its owner in again', async () => {
  const phone = await another(service, person.email);
  const json = { reason: 'Sends spam, ticket 4711' };
  expect(await act('/disable', person.id, json)).toMatchObject({ status: 204, trips: 1 });
  for (const session of [person, phone]) {
    expect(await session.call('GET', '/api/users/me')).toMatchObject(problem(401, 'session-ended'));
    const refused = await refresh(service, session.refresh_token);
    expect(refused).toMatchObject(
      problem(401, 'session-ended', { reason: 'disabled', discard_credentials: true }),
    );
  }
  expect(await shown()).toMatchObject({
    disabled_at: service.clock.now.toISOString(),
    disabled_reason: json.reason,
    sessions: [],
    known_devices: 0,
  });
  // Again, for another reason: it stays as it is, and is no other event.
  service.clock.advance(1);
  const before = (await dump(service)).sort();
  expect(await act('/disable', person.id, { reason: 'other' })).toMatchObject({ status: 204 });
  expect((await dump(service)).sort()).toEqual(before);

  for (let times = 0; times < 2; times += 1) expect(await act('/enable')).toMatchObject({ status: 204 });
  expect(await shown()).toMatchObject({ disabled_at: null, disabled_reason: null });
  const owner = await another(service, person.email);
  await expectEvent('account-disabled', { reason: json.reason }, owner);
  await expectEvent('account-enabled', {}, owner);
  expect(await refresh(service, person.refresh_token)).toMatchObject({ status: 401 });
});

test.for(['', ' ', 'two\nlines', 'a'.repeat(501), undefined, null, 5])('%j is no reason', async (reason) => {
  expect(await act('/disable', person.id, { reason })).toMatchObject(problem(422, 'validation-failed'));
});

test('ending the sessions of a user ends them all, and nobody else’s', async () => {
  const [phone, other] = [await another(service, person.email), await signedIn(service)];
  expect(await act('/end-sessions')).toMatchObject({ status: 204, trips: 1 });
  for (const session of [person, phone])
    expect(await refresh(service, session.refresh_token)).toMatchObject(
      problem(401, 'session-ended', { reason: 'revoked' }),
    );
  expect(await other.call('GET', '/api/users/me')).toMatchObject({ status: 200 });
  expect(await shown()).toMatchObject({ sessions: [], known_devices: 0 });
  await expectEvent('sessions-ended', {}, await another(service, person.email));
});

test('chosen sessions end, once each, whoever’s they are; an admin’s does not, nor one that is over', async () => {
  const [phone, other, over] = [
    await another(service, person.email),
    await signedIn(service),
    await another(service, person.email),
  ];
  await over.call('POST', '/api/auth/logout');
  const ids = [phone, other, phone, over, admin].map(({ session_id }) => session_id);
  const answer = await admin.call('POST', '/api/admin/sessions/end', {
    json: { ids: [...ids, nobody] },
    headers: from,
  });
  expect(answer).toMatchObject({ status: 200, body: { ended: 2 }, trips: 1 });
  for (const session of [phone, other])
    expect(await session.call('GET', '/api/users/me')).toMatchObject(problem(401, 'session-ended'));
  for (const session of [person, admin])
    expect(await session.call('GET', '/api/users/me')).toMatchObject({ status: 200 });
  await expectEvent('sessions-ended', {}, person);
  expect(await events('sessions-ended')).toMatchObject([{ session_id: phone.session_id }]);
  expect(await events('sessions-ended', other.id)).toMatchObject([{ session_id: other.session_id }]);
  for (const wrong of [[], ['x'], Array(101).fill(nobody), [nobody, 5], nobody]) {
    const refused = await admin.call('POST', '/api/admin/sessions/end', { json: { ids: wrong } });
    expect(refused).toMatchObject(problem(422, 'validation-failed'));
  }
});

test('a reset that an operator sends has a link and no code, and no allowance keeps it back', async () => {
  for (let times = 1; times <= 12; times += 1)
    expect(await act('/send-reset')).toMatchObject({ status: 204, trips: 1 });
  const mails = await mailsTo(person.email, 12);
  const mail = mails.at(-1);
  expect(mail?.text).toContain('The people who run app.example.test have sent you this link');
  expect(mail?.text).not.toMatch(/^\s*[0-9A-Z]{8,12}\s*$/m);
  const token = linkIn(mail).searchParams.get('token');
  const json = { token, password: 'plum radio fence maple' };
  expect(await service.call('POST', '/api/auth/reset-password', { json })).toMatchObject({ status: 204 });
  const owner = await another(service, person.email, { password: json.password });
  expect(await events('reset-sent')).toHaveLength(12);
  const { body } = await owner.call('GET', '/api/users/me/security-events');
  expect(body.data.filter(({ kind }: { kind: string }) => kind === 'reset-sent')[0]).toMatchObject({
    by_operator: true,
  });
});

test('a reset that is asked for again with its key is one mail and one event', async () => {
  const headers = { ...from, 'Idempotency-Key': crypto.randomUUID() };
  const send = () => admin.call('POST', `${of(person.id)}/send-reset`, { headers });
  const answers = await Promise.all([send(), send(), send()]);
  expect(answers.map(({ status }) => status)).toEqual([204, 204, 204]);
  await expectEvent('reset-sent', {}, person);
  expect((await shown()).mails).toHaveLength(1);
});

test('a guest has no address to which a reset could go', async () => {
  const guests = await startService({ GUESTS: 'true' });
  const { body } = await guests.call('POST', '/api/auth/guest');
  const me = await guests.call('GET', '/api/users/me', { bearer: body.access_token });
  expect(await act('/send-reset', me.body.id)).toMatchObject(problem(409, 'no-address'));
  expect(await events('reset-sent', me.body.id)).toEqual([]);
});

test('a second factor that is lost is removed: the password alone signs in, and the mail undoes it', async () => {
  const lost = await twoFactorPerson(service);
  person = lost;
  // The undo brings back what was there before the change, and undoes what came after.
  service.clock.advance(1);
  const json = { email: lost.email, password };
  expect(await service.call('POST', '/api/auth/login', { json })).toMatchObject(
    problem(403, 'second-factor-required'),
  );
  for (let times = 0; times < 2; times += 1)
    expect(await act('/remove-second-factors')).toMatchObject({ status: 204, trips: 1 });
  const owner = await another(service, lost.email);
  await expectEvent('totp-removed', {}, owner);
  const mail = (await mailsTo(lost.email, 3)).find(({ subject }) => subject.includes('turned off'));
  expect(mail?.text).toContain('an operator of the service');
  expect(mail?.text).not.toMatch(/192\.0\.2\.77|Browser of the operator/);
  service.clock.advance(1);
  const undo = await service.call('POST', '/api/auth/undo-email-change', {
    json: { token: linkIn(mail).searchParams.get('token') },
  });
  expect(undo).toMatchObject({ status: 204 });
  expect(await shown()).toMatchObject({ second_factors: ['totp'], sessions: [] });
});

test('an account is deleted with its sessions; the event names it and is nobody’s, and its owner hears of it', async () => {
  expect(await act('', person.id, undefined, 'DELETE')).toMatchObject({ status: 204, trips: 1 });
  expect(await person.call('GET', '/api/users/me')).toMatchObject({ status: 401 });
  expect(await admin.call('GET', of(person.id))).toMatchObject(problem(404, 'not-found'));
  const { body } = await admin.call('GET', '/api/admin/events?kind=account-deleted');
  expect(body.data[0]).toMatchObject({ user_id: null, actor_id: admin.id, details: { user_id: person.id } });
  expect((await mailsTo(person.email, 1))[0]?.subject).toMatch(/deleted/);
  expect(await act('', person.id, undefined, 'DELETE')).toMatchObject(problem(404, 'not-found'));
});

describe('app_metadata', () => {
  const change = (app_metadata: unknown) => act('', person.id, { app_metadata }, 'PATCH');
  const kept = async () => (await shown()).app_metadata;

  test('keys that are given replace, and a key that is null goes', async () => {
    const answer = await change({ plan: 'gold', seats: { most: 5, used: 1 }, gone: null });
    expect(answer).toMatchObject({ status: 200, body: { id: person.id }, trips: 1 });
    await expectEvent('app-metadata-changed', { keys: ['plan', 'seats', 'gone'] }, person);
    await change({ plan: null, seats: { most: 6 } });
    expect(await kept()).toEqual({ seats: { most: 6 } });
    // What changes nothing is no event.
    await change({ seats: { most: 6 } });
    expect(await events('app-metadata-changed')).toHaveLength(2);
    const { body } = await person.call('GET', '/api/users/me');
    expect([body.metadata, body.app_metadata]).toEqual([{}, { seats: { most: 6 } }]);
  });

  test('two at once of different keys are both there', async () => {
    await Promise.all(Array.from({ length: 10 }, (_, at) => change({ [`key ${at}`]: at })));
    expect(Object.keys(await kept())).toHaveLength(10);
  });

  test.for([
    ['more than 4 KiB', { a: 'a'.repeat(4_090) }],
    ['far more than 4 KiB', { a: 'a'.repeat(40_000) }],
    ['NUL', { a: 'b\0' }],
    ['half a character', { a: ['\ud800'] }],
    ['NUL in a key', { 'a\0': 1 }],
    ['a hundred levels', JSON.parse(`{"a":${'['.repeat(100)}${']'.repeat(100)}}`)],
    ['no object', []],
    ['text', 'a'],
    ['null', null],
  ] as const)('%s is refused at its field', async ([, value]) => {
    const answer = await change(value);
    expect(answer).toMatchObject(problem(422, 'validation-failed'));
    expect(answer.body.errors[0].pointer).toBe('/app_metadata');
    expect(await kept()).toEqual({});
  });

  test('many small changes never make more than 4 KiB', async () => {
    for (let at = 0; at < 4; at += 1) expect((await change({ [at]: 'a'.repeat(1_000) })).status).toBe(200);
    expect(await change({ 4: 'a'.repeat(1_000) })).toMatchObject(problem(422, 'validation-failed'));
    expect(Object.keys(await kept())).toEqual(['0', '1', '2', '3']);
  });
});

test('whoever is made an admin is out of reach at once', async () => {
  await setRole(service, person.id, 'admin');
  expect(await act('/end-sessions')).toMatchObject(problem(403, 'user-is-admin'));
});
