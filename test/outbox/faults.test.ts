// Thousands of events through an endpoint that fails in every way: none is lost, those of a user come in order, and nobody is held up by
// another's. `LARGE_RUN=1` sends 10,000. A run that fails prints its seed.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, inject, test } from 'vitest';
import { eventClaimSeconds, eventRetrySeconds } from '../../src/bounds.ts';
import { deliverEvents } from '../../src/features/outbox/deliver.ts';
import type { Event } from '../../src/features/outbox/event.ts';
import { randomFrom } from '../client/random.ts';
import { startSecondIsolate } from '../mail/own-service.ts';
import { insertUsers } from '../mail/tables.ts';
import { newAddress, type Service } from '../service.ts';
import { type Receiver, receive, rows, run, startReceiver, withWebhook } from './receiver.ts';

const people = inject('largeRun') ? 500 : 60;
const eventsEach = 20;
const daySeconds = 24 * 60 * 60;

type Taken = { readonly event: Event; readonly at: number };

/** What the endpoint has taken, first times alone, by the event's id. */
type Endpoint = { readonly taken: Map<string, Taken>; calls: number; isAway: boolean; refusedId: string };

function faultyEndpoint(receiver: Receiver, random: () => number): Endpoint {
  const { clock } = receiver.service;
  const endpoint: Endpoint = { taken: new Map(), calls: 0, isAway: false, refusedId: '' };
  const take = (event: Event) => {
    if (!endpoint.taken.has(event.id)) endpoint.taken.set(event.id, { event, at: clock.now.getTime() });
  };
  const unreachable = () => {
    throw new TypeError('Network connection lost.');
  };
  receiver.answer = (event) => {
    endpoint.calls += 1;
    if (endpoint.isAway) return unreachable();
    if (event.id === endpoint.refusedId) return new Response('never', { status: 422 });
    const dice = random();
    if (dice < 0.1) return new Response(null, { status: 500 });
    if (dice < 0.13) throw new DOMException('The operation timed out', 'TimeoutError');
    if (dice < 0.16) return unreachable();
    take(event);
    // Taken, and the answer is lost.
    if (dice < 0.19) return unreachable();
    return new Response(null, { status: dice < 0.5 ? 200 : 204 });
  };
  return endpoint;
}

async function makeEvents(service: Service): Promise<void> {
  await insertUsers(service, Array.from({ length: people }, newAddress));
  for (let turn = 1; turn < eventsEach; turn += 1)
    await run(service, sql`update users set name = 'Ada ' || ${turn}::int`);
}

test('nothing is lost, and what comes is in order for each user', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const said = `seed ${seed}`;
  const random = randomFrom(seed);
  const receiver = await startReceiver();
  const { service } = receiver;
  const isolates = [
    service,
    await startSecondIsolate(service, withWebhook),
    await startSecondIsolate(service, withWebhook),
  ];
  for (const isolate of isolates.slice(1)) receive(receiver, isolate);
  const endpoint = faultyEndpoint(receiver, random);
  await makeEvents(service);
  const all = await rows(service);
  const refused = all[people * 3 + 1];
  endpoint.refusedId = refused?.id ?? '';
  const begin = service.clock.now.getTime();
  const seconds = () => (service.clock.now.getTime() - begin) / 1000;
  const deliver = () => Promise.all(isolates.map(({ dependencies }) => deliverEvents(dependencies)));

  // A while with faults, then away for a day.
  for (let turn = 0; turn < 3; turn += 1) {
    await deliver();
    service.clock.advance(20 * random());
  }
  const before = endpoint.taken.size;
  expect(before, said).toBeGreaterThan(people);
  expect(before, said).toBeLessThan(all.length);
  endpoint.isAway = true;
  const callsBefore = endpoint.calls;
  for (const end = seconds() + daySeconds; seconds() < end; ) {
    await deliver();
    service.clock.advance(900 + 900 * random());
  }
  expect(endpoint.taken.size, said).toBe(before);
  // It is not hammered: within the day, with many users' heads due.
  expect(endpoint.calls - callsBefore, said).toBeLessThan(400);

  endpoint.isAway = false;
  const others = all.length - (eventsEach - 3);
  const back = seconds();
  while (endpoint.taken.size < others) {
    await deliver();
    service.clock.advance(300 * random());
    expect(seconds() - back, `${said}: ${endpoint.taken.size} of ${others}`).toBeLessThan(daySeconds);
  }
  // Soon, and not by the pauses that have grown meanwhile; but for who was unlucky four times in a row.
  const soon = [...endpoint.taken.values()].filter(({ at }) => (at - begin) / 1000 < back + 2 * 60 * 60);
  expect(soon.length / others, said).toBeGreaterThan(0.9);
  // Those of one user wait behind the one that is refused, for three days; then it is given up, and they come.
  while (endpoint.taken.size < all.length - 1) {
    await deliver();
    service.clock.advance(2 * 60 * 60 * random());
    expect(seconds(), said).toBeLessThan(7 * daySeconds);
  }
  service.clock.advance(eventClaimSeconds);
  await deliver();

  const after = await rows(service);
  const lost = after.filter(({ id, delivered_at }) => id !== refused?.id && delivered_at === null);
  expect(lost, said).toEqual([]);
  expect(
    after.find(({ id }) => id === refused?.id),
    said,
  ).toMatchObject({
    delivered_at: null,
    failed_at: expect.any(String),
    attempts: eventRetrySeconds.length + 1,
    last_error: 'answered 422',
  });
  expect(
    isolates.flatMap(({ logged }) => logged.filter(({ event }) => event === 'event-given-up')),
  ).toHaveLength(1);
  inOrder(endpoint, new Map(after.map(({ id, number }) => [id, Number(number)])), said);
});

function inOrder({ taken }: Endpoint, numbers: ReadonlyMap<string, number>, said: string): void {
  const last = new Map<string, { number: number; version: number }>();
  for (const { event } of taken.values()) {
    const { id, version } = event.data.user;
    const number = numbers.get(event.id) ?? 0;
    const before = last.get(id);
    if (before) {
      expect(number, `${said}: of user ${id}`).toBeGreaterThan(before.number);
      expect(version, `${said}: of user ${id}`).toBeGreaterThanOrEqual(before.version);
    }
    last.set(id, { number, version });
  }
}
