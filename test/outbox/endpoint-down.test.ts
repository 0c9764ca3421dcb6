// An endpoint that is down or wants to be left alone is not hammered, and an event that is refused for one user holds up nobody else.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import {
  endpointFailures,
  endpointPauseSeconds,
  eventClaimSeconds,
  eventDeadlineMilliseconds,
  eventRetrySeconds,
  eventsAtOnce,
} from '../../src/bounds.ts';
import { numberEvents } from '../../src/features/outbox/number-statements.ts';
import { claimDueEvents, finishEvents } from '../../src/features/outbox/statements.ts';
import { startSecondIsolate } from '../mail/own-service.ts';
import { insertUsers } from '../mail/tables.ts';
import { newAddress } from '../service.ts';
import { receive, rows, run, startReceiver, withWebhook } from './receiver.ts';

const people = (count: number) => Array.from({ length: count }, newAddress);

test('while it is down, one event of one user is tried at a time, and then all come', async () => {
  const receiver = await startReceiver();
  const { service, deliver } = receiver;
  receiver.answer = () => new Response(null, { status: 503 });
  await insertUsers(service, people(100));
  await deliver();
  // Those that were on their way when it was found out.
  const tried = receiver.events.length;
  expect(tried).toBeLessThan(endpointFailures + eventsAtOnce);
  await deliver();
  expect(receiver.events).toHaveLength(tried);
  for (let probe = 1; probe <= 5; probe += 1) {
    service.clock.advance(endpointPauseSeconds);
    await Promise.all([deliver(), deliver(), deliver()]);
    expect(receiver.events).toHaveLength(tried + probe);
  }
  // What was never begun has used up no attempt.
  expect((await rows(service)).filter(({ attempts }) => attempts > 0)).toHaveLength(tried + 5);
  receiver.answer = () => new Response();
  service.clock.advance(endpointPauseSeconds);
  await deliver();
  // At once; but for what failed a moment ago, which may be on its way for all that anybody knows.
  expect((await rows(service)).filter((row) => row.delivered_at === null).length).toBeLessThan(4);
  service.clock.advance(eventClaimSeconds);
  await deliver();
  expect((await rows(service)).filter((row) => row.delivered_at === null)).toEqual([]);
  expect(service.logged.filter(({ event }) => event === 'webhook-down')).toHaveLength(6);
});

test('what failed before comes soon after it is back, and not after pauses that have grown', async () => {
  const receiver = await startReceiver();
  const { service, deliver } = receiver;
  receiver.answer = () => Promise.reject(new TypeError('Network connection lost.'));
  await insertUsers(service, people(endpointFailures));
  for (let hours = 0; hours < 24; hours += 0.5) {
    await deliver();
    service.clock.advance(30 * 60);
  }
  const [row] = await rows(service);
  expect(row?.attempts).toBeGreaterThan(3);
  receiver.answer = () => new Response();
  // Somebody else's is taken.
  await insertUsers(service, people(1));
  await deliver();
  await deliver();
  expect((await rows(service)).filter(({ delivered_at }) => delivered_at === null)).toEqual([]);
});

test('an event that is refused holds up its own user alone, for three days, and can be read later', async () => {
  const receiver = await startReceiver();
  const { service, deliver } = receiver;
  const [ada = '', grace = ''] = people(2);
  await insertUsers(service, [ada]);
  receiver.answer = ({ type }) => new Response(null, { status: type === 'user.created' ? 410 : 200 });
  await run(service, sql`update users set name = 'Augusta' where email = ${ada}`);
  await deliver();
  const begin = service.clock.now.getTime();
  const pauses: number[] = [];
  receiver.answer = ({ data: { user } }) =>
    new Response(null, { status: 'email' in user && user['email'] === ada && pauses.length < 9 ? 410 : 200 });
  await insertUsers(service, [grace]);
  await deliver();
  expect((await rows(service)).map(({ delivered_at }) => delivered_at !== null)).toEqual([
    false,
    false,
    true,
  ]);
  for (;;) {
    const [head] = await rows(service);
    if (head?.failed_at) break;
    const pause = new Date(head?.due_at ?? '').getTime() - service.clock.now.getTime();
    pauses.push(pause / 1000);
    service.clock.advance(pause / 1000);
    receiver.answer = ({ type, data: { user } }) =>
      new Response(null, {
        status: type === 'user.created' && 'email' in user && user['email'] === ada ? 410 : 200,
      });
    await deliver();
    if (pauses.length !== 8) continue;
    // Nobody else had any for days; what somebody has now leaves at once.
    await insertUsers(service, people(1));
    await deliver();
    expect((await rows(service)).at(-1)?.delivered_at).not.toBeNull();
  }
  // Each pause is as it is written down, stretched by up to a fifth.
  expect(pauses).toHaveLength(eventRetrySeconds.length);
  for (const [index, pause] of pauses.entries()) {
    expect(pause).toBeGreaterThanOrEqual(eventRetrySeconds[index] ?? 0);
    expect(pause).toBeLessThanOrEqual((eventRetrySeconds[index] ?? 0) * 1.2);
  }
  const days = (service.clock.now.getTime() - begin) / 1000 / 60 / 60 / 24;
  expect(days).toBeGreaterThan(3);
  expect(days).toBeLessThan(4);
  await deliver();
  expect(
    (await rows(service))
      .slice(0, 3)
      .map(({ type, attempts, delivered_at, failed_at }) => [
        type,
        attempts,
        delivered_at !== null,
        failed_at !== null,
      ]),
  ).toEqual([
    ['user.created', eventRetrySeconds.length + 1, false, true],
    ['user.updated', 1, true, false],
    ['user.created', 1, true, false],
  ]);
  expect(service.logged.filter(({ level }) => level === 'error')).toMatchObject([
    { event: 'event-given-up', fields: { type: 'user.created', cause: 'answered 410' } },
  ]);
});

test.for([
  ['seconds', () => '600', 600],
  ['a date', (now: Date) => new Date(now.getTime() + 600_000).toUTCString(), 600],
  ['an age', () => '999999999', 3600],
] as const)('Retry-After in %s is heeded within reason, for all', async ([, header, seconds]) => {
  const receiver = await startReceiver();
  const { service, deliver } = receiver;
  receiver.answer = () =>
    new Response(null, { status: 429, headers: { 'Retry-After': header(service.clock.now) } });
  await insertUsers(service, people(1));
  await deliver();
  receiver.answer = () => new Response();
  await insertUsers(service, people(10));
  service.clock.advance(seconds - 2);
  await deliver();
  expect(receiver.events).toHaveLength(1);
  service.clock.advance(3);
  await deliver();
  expect((await rows(service)).filter(({ delivered_at }) => delivered_at === null)).toEqual([]);
});

test('neither a redirect nor any other answer but a 2xx is success', async () => {
  const receiver = await startReceiver();
  const { service, deliver } = receiver;
  service.elsewhere.set('https://hooks.example.test/elsewhere', () => new Response());
  const statuses = [301, 302, 307, 308, 304, 400, 401, 404, 409, 410, 500, 502];
  const location = { Location: 'https://hooks.example.test/elsewhere' };
  for (const status of statuses) {
    receiver.answer = () => new Response(null, { status, headers: location });
    await run(service, sql`delete from login_attempts`);
    await insertUsers(service, people(1));
    await deliver();
    expect((await rows(service)).at(-1)).toMatchObject({
      delivered_at: null,
      last_error: `answered ${status}`,
    });
  }
});

test('one that hangs is given up after its time, and the others go on', async () => {
  const receiver = await startReceiver();
  const { service, deliver } = receiver;
  const [hanging = '', ...others] = people(4);
  service.elsewhere.set(withWebhook.WEBHOOK_URL, async (request) => {
    if (!(await request.text()).includes(hanging)) return new Response();
    return new Promise((_, refuse) =>
      request.signal.addEventListener('abort', () => refuse(request.signal.reason)),
    );
  });
  await insertUsers(service, [hanging, ...others]);
  const start = Date.now();
  await deliver();
  expect(Date.now() - start).toBeGreaterThanOrEqual(eventDeadlineMilliseconds - 100);
  expect((await rows(service)).map(({ last_error }) => last_error)).toEqual([
    'no answer within 10 s',
    null,
    null,
    null,
  ]);
});

test('several isolates at once send each event once; a claim that died runs out', async () => {
  const receiver = await startReceiver();
  const { service } = receiver;
  const others = [
    await startSecondIsolate(service, withWebhook),
    await startSecondIsolate(service, withWebhook),
  ];
  for (const other of others) receive(receiver, other);
  await insertUsers(service, people(200));
  await run(service, sql`update users set name = 'Augusta'`);
  const isolates = [service, ...others];
  const { deliverEvents } = await import('../../src/features/outbox/deliver.ts');
  const deliver = () => Promise.all(isolates.map(({ dependencies }) => deliverEvents(dependencies)));
  while ((await rows(service)).some(({ delivered_at }) => delivered_at === null)) {
    await deliver();
    service.clock.advance(1);
  }
  expect(new Set(receiver.events.map(({ id }) => id)).size).toBe(400);
  expect(receiver.events).toHaveLength(400);

  // It claims, and nothing that it does afterwards reaches the database.
  await insertUsers(service, people(1));
  const { transport } = service;
  service.transport = async (input, init) => {
    if (String(init?.body).includes('jsonb_to_recordset')) throw new Error('this isolate is dead');
    return transport(input, init);
  };
  await deliverEvents(service.dependencies);
  expect(receiver.events).toHaveLength(401);
  service.clock.advance(eventClaimSeconds - 1);
  await deliver();
  expect(receiver.events).toHaveLength(401);
  service.clock.advance(1);
  await deliverEvents(isolates[1]?.dependencies ?? service.dependencies);
  expect(receiver.events).toHaveLength(402);
  expect(receiver.events.at(-1)?.id).toBe(receiver.events.at(-2)?.id);
});

test('a late word of an older claim does not touch the newer one, but for a success', async () => {
  const { service } = await startReceiver();
  const { database } = service.dependencies;
  const now = () => service.clock.now;
  await insertUsers(service, people(1));
  await numberEvents(database, now());
  const [first] = (await claimDueEvents(database, now())).events;
  service.clock.advance(eventClaimSeconds);
  const [second] = (await claimDueEvents(database, now())).events;
  expect([first?.id, first?.attempts, second?.attempts]).toEqual([second?.id, 1, 2]);
  const [claimed] = await rows(service);
  const id = first?.id ?? '';
  const news = { isUp: true, failures: 0, pausedUntil: undefined };
  for (const kind of ['postponed', 'failed', 'given-back'] as const)
    await finishEvents(
      database,
      [{ id, attempts: 1, kind, due_at: now().toISOString(), error: 'late' }],
      news,
      now(),
    );
  expect(await rows(service)).toEqual([claimed]);
  await finishEvents(database, [{ id, attempts: 1, kind: 'delivered' }], news, now());
  await finishEvents(database, [{ id, attempts: 2, kind: 'failed', error: 'late' }], news, now());
  expect(await rows(service)).toMatchObject([
    { delivered_at: now().toISOString(), failed_at: null, last_error: null },
  ]);
});
