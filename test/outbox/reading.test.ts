// GET /api/admin/events/outbox: what was missed is read once more, from a cursor on, as it was delivered; by operators alone.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { purge } from '../../src/features/purge/purge.ts';
import { eventKeptSeconds, waitingEventKeptSeconds } from '../../src/lifetimes.ts';
import { type Person, problem, signedIn } from '../accounts/people.ts';
import { refreshed, withTotp } from '../factors/authenticator.ts';
import { startOwnService } from '../mail/own-service.ts';
import { insertUsers } from '../mail/tables.ts';
import { newAddress, type Service } from '../service.ts';
import { rows, run, startReceiver } from './receiver.ts';

const path = '/api/admin/events/outbox';
const people = (count: number) => Array.from({ length: count }, newAddress);

async function newAdmin(service: Service): Promise<Person> {
  const person = await withTotp(service, await signedIn(service));
  await run(service, sql`update users set role = 'admin' where id = ${person.id}`);
  return refreshed(service, person);
}

test('pages come from a cursor on, and the last one says where to go on', async () => {
  const service = await startOwnService();
  const admin = await newAdmin(service);
  await insertUsers(service, people(12));
  const ids: string[] = [];
  let after = '';
  for (;;) {
    const { status, body, trips } = await admin.call('GET', `${path}?limit=5${after && `&after=${after}`}`);
    expect([status, trips]).toEqual([200, 2]);
    if (body.data.length === 0) {
      expect(body.next_after).toBe(after);
      break;
    }
    ids.push(...body.data.map(({ id }: { id: string }) => id));
    after = body.next_after;
  }
  expect(ids).toEqual((await rows(service)).map(({ id }) => id));
  await insertUsers(service, people(1));
  const { body } = await admin.call('GET', `${path}?after=${after}`);
  expect(body.data).toMatchObject([{ type: 'user.created', data: { user: { name: 'Ada' } } }]);
  // Another reader has a cursor of its own.
  expect((await admin.call('GET', `${path}?limit=100`)).body.data).toHaveLength(ids.length + 1);
});

test('it is what was delivered, and what was given up', async () => {
  const receiver = await startReceiver();
  const { service } = receiver;
  const admin = await newAdmin(service);
  await receiver.deliver();
  const sent = new Map(receiver.events.map(({ headers: _, ...event }) => [event.id, event]));
  const { body } = await admin.call('GET', `${path}?limit=100`);
  expect(body.data.length).toBe(sent.size);
  const newest = receiver.events.at(-1)?.data.user;
  // With the state of now.
  for (const event of body.data)
    expect(event).toEqual({ ...sent.get(event.id), data: { ...sent.get(event.id)?.data, user: newest } });
  await run(service, sql`update outbox set failed_at = now(), delivered_at = null`);
  expect((await admin.call('GET', `${path}?limit=100`)).body.data).toHaveLength(sent.size);
});

test('admins with a second factor alone', async () => {
  const service = await startOwnService();
  const admin = await newAdmin(service);
  const user = await withTotp(service, await signedIn(service));
  const plain = await signedIn(service);
  await run(service, sql`update users set role = 'admin' where id = ${plain.id}`);
  expect(await service.call('GET', path)).toMatchObject({ status: 401 });
  expect(await user.call('GET', path)).toMatchObject(problem(403, 'admin-only'));
  expect(await plain.call('GET', path)).toMatchObject(
    problem(401, 'recent-sign-in-required', { acr_values: 'aal2' }),
  );
  expect(await admin.call('GET', path)).toMatchObject({ status: 200 });
  // An old sign-in suffices for reading.
  service.clock.advance(12 * 60);
  expect(await admin.call('GET', path)).toMatchObject({ status: 200 });
  await run(service, sql`update users set role = 'user' where id = ${admin.id}`);
  expect(await admin.call('GET', path)).toMatchObject(problem(403, 'admin-only'));
});

test.for(['-1', '1.5', 'abc', '0x10', '9'.repeat(19), '', '1e3'])('after=%s is refused', async (after) => {
  const service = await startOwnService();
  const admin = await newAdmin(service);
  expect(await admin.call('GET', `${path}?after=${after}`)).toMatchObject(
    problem(422, 'validation-failed', { errors: [{ pointer: '#after' }] }),
  );
});

test('what was delivered or given up goes after a week, and what waits after a month', async () => {
  const receiver = await startReceiver();
  const { service } = receiver;
  const kinds = ['delivered', 'failed', 'waiting'];
  const age = async (kind: string, seconds: number) => {
    const at = new Date(service.clock.now.getTime() - seconds * 1000).toISOString();
    await run(
      service,
      sql`insert into outbox (user_id, type, created_at, delivered_at, failed_at) values (gen_random_uuid(), ${kind}, ${at}::timestamptz,
        case when ${kind} = 'delivered' then ${at}::timestamptz end, case when ${kind} = 'failed' then ${at}::timestamptz end)`,
    );
  };
  for (const kind of kinds)
    for (const seconds of [eventKeptSeconds - 60, eventKeptSeconds + 60]) await age(kind, seconds);
  await age('waiting', waitingEventKeptSeconds + 60);
  await purge(service.dependencies);
  expect((await rows(service)).map(({ type }) => type)).toEqual([
    'delivered',
    'failed',
    'waiting',
    'waiting',
  ]);
  // Where nobody is told, nothing waits for longer.
  const { config, ...rest } = service.dependencies;
  await purge({ ...rest, config: { ...config, webhook: undefined } });
  expect((await rows(service)).map(({ type }) => type)).toEqual(['delivered', 'failed', 'waiting']);
});

test('what was given up lately stays for a week, however old it is', async () => {
  const { service } = await startReceiver();
  await run(
    service,
    sql`insert into outbox (user_id, type, created_at, failed_at) values (gen_random_uuid(), 'user.updated', now() - interval '20 days', now())`,
  );
  await purge(service.dependencies);
  expect(await rows(service)).toHaveLength(1);
});
