// How an event is delivered: right after the answer, signed as Standard Webhooks says, with the state of its user.

import { sql } from 'drizzle-orm/sql/sql';
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { signedIn } from '../accounts/people.ts';
import { insertUsers } from '../mail/tables.ts';
import { newAddress, signIn } from '../service.ts';
import { rows, run, secrets, startReceiver, webhookUrl } from './receiver.ts';

test('a sign-in is told of right after its answer, signed, with the state of the user', async () => {
  const receiver = await startReceiver();
  const { service } = receiver;
  const ada = await signedIn(service);
  await receiver.deliver();
  expect(receiver.types()).toEqual(['user.created', 'session.started']);
  const [created, started] = receiver.events;
  const user = {
    id: ada.id,
    version: 0,
    email: ada.email,
    email_verified: true,
    name: 'Ada',
    photo: null,
    locale: null,
    role: 'user',
    provider: 'local',
    external_id: null,
    is_guest: false,
    disabled: false,
    second_factors: [],
    passkeys: 0,
    identities: [],
    metadata: {},
    app_metadata: {},
    created_at: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
    updated_at: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
  };
  expect(created?.data).toEqual({ user });
  expect(started?.data).toEqual({ user, session: { id: ada.session_id } });
  expect(started?.headers.get('webhook-id')).toBe(started?.id);
  expect(started?.headers.get('content-type')).toBe('application/json');
  // No field beyond these: what a table gains is not told by itself.
  expect(Object.keys(started?.data.user ?? {})).toEqual(Object.keys(user));
});

test('nothing that opens an account is in it', async () => {
  const receiver = await startReceiver();
  const ada = await signedIn(receiver.service);
  await receiver.deliver();
  const text = JSON.stringify(receiver.events);
  for (const secret of ['argon2', ada.refresh_token, ada.access_token, 'epoch', 'totp_id'])
    expect(text).not.toContain(secret);
});

test('while the secret is changed, either opens it, and no other', async () => {
  const receiver = await startReceiver({ WEBHOOK_SECRET: `${secrets[0]}, ${secrets[1]}` });
  const { service, deliver } = receiver;
  const sent: { body: string; headers: Record<string, string> }[] = [];
  service.elsewhere.set(webhookUrl, async (request) => {
    sent.push({ body: await request.text(), headers: Object.fromEntries(request.headers) });
    return new Response();
  });
  await insertUsers(service, [newAddress()]);
  await deliver();
  const [{ body = '', headers = {} } = {}] = sent;
  for (const secret of secrets)
    expect(new Webhook(secret).verify(body, headers)).toMatchObject({ type: 'user.created' });
  const other = new Webhook(`whsec_${btoa('somebody else with 32 bytes here')}`);
  expect(() => other.verify(body, headers)).toThrow();
  expect(() => new Webhook(secrets[0]).verify(`${body} `, headers)).toThrow();
});

test('a refresh and a reading tell nothing and cost nothing; what changes is told of once a second', async () => {
  const receiver = await startReceiver();
  const { service } = receiver;
  const ada = await signedIn(service);
  await receiver.deliver();
  service.clock.advance(60);
  let statements = 0;
  const { transport } = service;
  service.transport = (input, init) => {
    statements += 1;
    return transport(input, init);
  };
  const refreshed = await service.call('POST', '/api/auth/refresh', {
    json: { refresh_token: ada.refresh_token },
  });
  await ada.call('GET', '/api/users/me');
  expect([refreshed.status, statements]).toEqual([200, 2]);
  // Ten at once: one run for the first, and one for all that come meanwhile.
  let runs = 0;
  service.transport = (input, init) => {
    if (String(init?.body).includes('pg_advisory_xact_lock')) runs += 1;
    return transport(input, init);
  };
  await Promise.all(
    Array.from({ length: 10 }, (_, count) =>
      ada.call('PATCH', '/api/users/me', { json: { name: `Ada ${count}` } }),
    ),
  );
  expect(runs).toBe(2);
});

test('what was refused is tried again with the same id and the state of then', async () => {
  const receiver = await startReceiver();
  const { service } = receiver;
  const email = newAddress();
  receiver.answer = () => new Response('no', { status: 500 });
  await insertUsers(service, [email]);
  await receiver.deliver();
  expect(await rows(service)).toMatchObject([
    { attempts: 1, last_error: 'answered 500', delivered_at: null },
  ]);
  await run(service, sql`update users set name = 'Grace' where email = ${email}`);
  receiver.answer = () => new Response();
  service.clock.advance(29);
  await receiver.deliver();
  expect(receiver.events).toHaveLength(1);
  service.clock.advance(8);
  await receiver.deliver();
  const [first, second, third] = receiver.events;
  expect(second?.id).toBe(first?.id);
  expect(receiver.types()).toEqual(['user.created', 'user.created', 'user.updated']);
  expect([first, second, third].map((event) => event?.data.user)).toMatchObject([
    { name: 'Ada', version: 0 },
    { name: 'Grace', version: 1 },
    { name: 'Grace', version: 1 },
  ]);
});

test('of somebody who is gone it says that and the version, whatever happened before', async () => {
  const receiver = await startReceiver();
  const { service } = receiver;
  const email = newAddress();
  await insertUsers(service, [email]);
  await run(service, sql`update users set name = 'Grace' where email = ${email}`);
  await signIn(service, email);
  await run(service, sql`delete from users where email = ${email}`);
  await receiver.deliver();
  expect(receiver.types()).toContain('user.deleted');
  const after = receiver.events.filter(({ data }) => 'deleted' in data.user);
  expect(after.at(-1)?.type).toBe('user.deleted');
  for (const { data } of after) expect(data.user).toEqual({ id: data.user.id, version: 2, deleted: true });
});

test('without WEBHOOK_URL nothing leaves, and the events wait', async () => {
  const receiver = await startReceiver({ WEBHOOK_URL: undefined, WEBHOOK_SECRET: undefined });
  await signedIn(receiver.service);
  await receiver.deliver();
  expect(receiver.events).toEqual([]);
  expect(await rows(receiver.service)).toMatchObject([{ type: 'user.created' }, { type: 'session.started' }]);
});
