// What the owner reads of retries that look odd: once in each generation, however often they come.

import { expect, test } from 'vitest';
import { type Answer, type Service, startService } from '../service.ts';
import {
  accessTokenNow,
  eventsOf,
  newOwner,
  type Owner,
  refresh,
  rowOf,
  type Session,
  start,
  successor,
  superseded,
} from './driver.ts';

const key = 'the key of one call';

type Begun = { service: Service; owner: Owner; session: Session };

async function begin(): Promise<Begun> {
  const service = await startService();
  const owner = await newOwner(service);
  return { service, owner, session: await start(service, owner, 'Phone') };
}

function refreshFrom(service: Service, ip: string, token: string): Promise<Answer> {
  return service.call('POST', '/api/auth/refresh', {
    json: { refresh_token: token },
    headers: { 'Idempotency-Key': key, 'CF-Connecting-IP': ip },
  });
}

async function eventsAndList({ service, owner, session }: Begun) {
  const bearer = await accessTokenNow(service, owner, session.id);
  const events = await service.call('GET', '/api/users/me/security-events', { bearer });
  const list = await service.call('GET', '/api/auth/sessions', { bearer });
  return { events: events.body.data, list: list.body.data };
}

test('a poller leaves one event in each generation, which says from where', async () => {
  const begun = await begin();
  const { service, owner, session } = begun;
  const first = await successor(refresh(service, session.refreshToken, key));
  service.clock.advance(1);
  const at = service.clock.now.toISOString();
  for (let poll = 0; poll < 29; poll += 1) {
    const answer = await service.call('POST', '/api/auth/refresh', {
      json: { refresh_token: session.refreshToken },
      headers: { 'User-Agent': 'Poller/1.0', 'CF-Connecting-IP': '203.0.113.66' },
    });
    expect(answer).toMatchObject(superseded);
    service.clock.advance(1);
  }
  expect(await eventsOf(service, owner, 'refresh-superseded')).toBe(1);
  const { events } = await eventsAndList(begun);
  expect(events.find(({ kind }: { kind: string }) => kind === 'refresh-superseded')).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/),
    kind: 'refresh-superseded',
    session_id: session.id,
    ip: '203.0.113.66',
    user_agent: 'Poller/1.0',
    count: 1,
    request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    by_operator: false,
    created_at: at,
  });
  await successor(refresh(service, first, key));
  for (let poll = 0; poll < 3; poll += 1) expect(await refresh(service, first)).toMatchObject(superseded);
  expect(await eventsOf(service, owner, 'refresh-superseded')).toBe(2);
});

test('its id is of the moment of the spending, so that the events stay in their order', async () => {
  const begun = await begin();
  const { service, session } = begun;
  service.clock.advance(10);
  const next = await successor(refresh(service, session.refreshToken, key));
  await refresh(service, session.refreshToken);
  service.clock.advance(10);
  await service.call('POST', '/api/auth/logout', { json: { refresh_token: next } });
  const other = { ...begun, session: await start(service, begun.owner) };
  const { events } = await eventsAndList(other);
  expect(
    events.map(({ kind }: { kind: string }) => kind).filter((kind: string) => kind !== 'signed-in'),
  ).toEqual(['signed-out', 'refresh-superseded']);
});

test.for([
  ['another network', '198.51.100.1', '203.0.113.5'],
  ['another /64', '2001:db8:0:1::1', '2001:db8:0:2::1'],
])(
  'a retry from %s gets its answer, is an event once, and changes nothing in the list',
  async ([, here = '', there = '']) => {
    const begun = await begin();
    const { service, owner, session } = begun;
    // Events of one millisecond have no order.
    service.clock.advance(1);
    const next = await successor(refreshFrom(service, here, session.refreshToken));
    const before = (await eventsAndList(begun)).list;
    for (let retry = 0; retry < 3; retry += 1) {
      service.clock.advance(1);
      expect(await successor(refreshFrom(service, there, session.refreshToken))).toBe(next);
    }
    expect(await eventsOf(service, owner, 'refreshed-from-another-network')).toBe(1);
    const { events, list } = await eventsAndList(begun);
    expect(events[0]).toMatchObject({
      kind: 'refreshed-from-another-network',
      session_id: session.id,
      ip: there,
    });
    expect(list).toEqual(before);
    expect(await rowOf(service, session.id)).toMatchObject({ generation: 1 });
    // The next generation is one of its own.
    await successor(refreshFrom(service, there, next));
    await successor(refreshFrom(service, here, next));
    expect(await eventsOf(service, owner, 'refreshed-from-another-network')).toBe(2);
  },
);

test.for([
  ['the same network', '198.51.100.1', '198.51.100.1'],
  ['another address of one /64', '2001:db8:0:1::1', '2001:db8:0:1:ffff::2'],
])('a retry from %s is no event', async ([, here = '', there = '']) => {
  const { service, owner, session } = await begin();
  await successor(refreshFrom(service, here, session.refreshToken));
  await successor(refreshFrom(service, there, session.refreshToken));
  expect(await eventsOf(service, owner, 'refreshed-from-another-network')).toBe(0);
});

test('where nobody knows from where the first call came, a retry is no event', async () => {
  const { service, owner, session } = await begin();
  await successor(refresh(service, session.refreshToken, key));
  await successor(refreshFrom(service, '198.51.100.1', session.refreshToken));
  expect(await eventsOf(service, owner, 'refreshed-from-another-network')).toBe(0);
});
