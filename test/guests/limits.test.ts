// How many guests a network may have: at the edge within a minute, in the database within a day.

import { sql } from 'drizzle-orm/sql/sql';
import { expect, test } from 'vitest';
import { startGuest } from '../../src/features/sign-in/guest-statements.ts';
import { guestAllowanceSeconds, guestsPerNetwork } from '../../src/lifetimes.ts';
import { networksOf } from '../../src/sessions/network.ts';
import { problem } from '../accounts/people.ts';
import { limitOf } from '../limits/limiters.ts';
import { newDatabase, type Service, startService } from '../service.ts';
import { ask, rows } from './people.ts';

const large = process.env['LARGE_RUN'] !== undefined;
const spacing = guestAllowanceSeconds / guestsPerNetwork;

const alone = async (): Promise<Service> =>
  startService({ GUESTS: 'true', DATABASE_URL: await newDatabase() });

const from = (ip: string) => ({ 'CF-Connecting-IP': ip });

/** By the statement itself: signing tokens for thousands would take longer than the test is worth. */
async function startFrom(service: Service, ip: string): Promise<string> {
  const { database, newId } = service.dependencies;
  const { now } = service.clock;
  const { outcome } = await startGuest(database, {
    sessionId: newId(),
    newDeviceId: newId(),
    presentedDeviceId: null,
    deviceName: null,
    origin: { userAgent: null, ip },
    network: null,
    now,
    expiresAt: new Date(now.getTime() + 1000),
    absoluteExpiresAt: new Date(now.getTime() + 1000),
    dpopJkt: null,
    dpopMode: null,
    roleClaim: 'role',
    call: null,
    eventId: newId(),
    userId: newId(),
    locale: null,
    name: '',
    networks: networksOf(ip),
  });
  return outcome;
}

/** Twenty at a time. @returns how many began. */
async function crowd(service: Service, count: number, addressOf: (place: number) => string): Promise<number> {
  let started = 0;
  for (let place = 0; place < count; place += 20) {
    const outcomes = await Promise.all(
      Array.from({ length: Math.min(20, count - place) }, (_, next) =>
        startFrom(service, addressOf(place + next)),
      ),
    );
    started += outcomes.filter((outcome) => outcome === 'started').length;
  }
  return started;
}

const guests = async (service: Service) =>
  (await rows<{ count: number }>(service, sql`select count(*)::int as count from users where is_guest`))[0]
    ?.count;

test('ten thousand from one network: some hundreds begin, the others are told when to come back', async () => {
  const service = await alone();
  const count = large ? 10_000 : guestsPerNetwork + 200;
  expect(await crowd(service, count, () => '192.0.2.1')).toBe(guestsPerNetwork);
  expect(await guests(service)).toBe(guestsPerNetwork);
  const refused = await ask(service, {}, from('192.0.2.1'));
  expect(refused).toMatchObject({ ...problem(429, 'too-many-requests', { retryable: true }), trips: 1 });
  const wait = Number(refused.headers.get('Retry-After'));
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(Math.ceil(spacing));
  // Its neighbour has its own.
  expect(await ask(service, {}, from('192.0.2.2'))).toMatchObject({ status: 200 });
  service.clock.advance(wait);
  expect(await ask(service, {}, from('192.0.2.1'))).toMatchObject({ status: 200 });
  expect(await ask(service, {}, from('192.0.2.1'))).toMatchObject({ status: 429 });
  service.clock.advance(guestAllowanceSeconds);
  expect(await crowd(service, 30, () => '192.0.2.1')).toBe(30);
});

test('what was refused has left nothing, and has the same key a second time', async () => {
  const service = await alone();
  await rows(
    service,
    sql`insert into email_destinations (address_hash, counter, counted_since, mails_paid_until, expires_at)
      select encode(sha256('network 192.0.2.9'), 'hex'), 'guests', now(), ${later(service)}, ${later(service)}`,
  );
  const headers = { ...from('192.0.2.9'), 'Idempotency-Key': crypto.randomUUID() };
  expect(await ask(service, {}, headers)).toMatchObject({ status: 429 });
  expect(await ask(service, {}, headers)).toMatchObject({ status: 429 });
  expect(await guests(service)).toBe(0);
  expect(await rows(service, sql`select from idempotent_calls`)).toEqual([]);
  service.clock.advance(Math.ceil(spacing));
  const first = await ask(service, {}, headers);
  const repeat = await ask(service, {}, headers);
  expect([first.status, repeat.status]).toEqual([200, 200]);
  expect(repeat.body.session_id).toBe(first.body.session_id);
});

const later = ({ clock }: Service) =>
  new Date(clock.now.getTime() + guestAllowanceSeconds * 1000).toISOString();

test('a repeat counts no other guest', async () => {
  const service = await alone();
  const headers = { ...from('192.0.2.1'), 'Idempotency-Key': crypto.randomUUID() };
  for (let times = 0; times < 5; times += 1)
    expect(await ask(service, {}, headers)).toMatchObject({ status: 200 });
  const [row] = await rows<{ seconds: number }>(
    service,
    sql`select extract(epoch from mails_paid_until - ${service.clock.now.toISOString()}::timestamptz)::float8 as seconds
      from email_destinations where counter = 'guests'`,
  );
  expect(row?.seconds).toBeCloseTo(spacing, 0);
});

test('a household is a /64 of IPv6; whoever has a /48 has 16 times its guests, and not 65,536 times', async () => {
  const service = await alone();
  const household = (place: number) => `2001:db8:1:1::${place.toString(16)}`;
  expect(await crowd(service, guestsPerNetwork + 40, household)).toBe(guestsPerNetwork);
  // Its neighbours within the /56 have three times as much left, among them.
  expect(await startFrom(service, '2001:db8:1:2::1')).toBe('started');
  const counters = await rows(service, sql`select from email_destinations where counter = 'guests'`);
  expect(counters).toHaveLength(4);
  if (!large) return;
  const anywhere = (place: number) => `2001:db8:2:${(place % 65_536).toString(16)}::1`;
  expect(await crowd(service, 20 * guestsPerNetwork, anywhere)).toBe(16 * guestsPerNetwork);
}, 600_000);

test('what one household is refused is not counted against its neighbours', async () => {
  const service = await alone();
  await crowd(service, guestsPerNetwork + 20, () => '2001:db8:1:1::1');
  const paid = () =>
    rows<{ mails_paid_until: string }>(
      service,
      sql`select mails_paid_until from email_destinations order by mails_paid_until`,
    );
  const before = await paid();
  await crowd(service, 40, () => '2001:db8:1:1::1');
  expect(await paid()).toEqual(before);
});

test('within a minute the limit of sign-ins counts, before anything is asked of the database', async () => {
  const service = await startService({ GUESTS: 'true', LOGIN_LIMIT: limitOf(2), MAIL_LIMIT: limitOf(0) });
  for (const status of [200, 200, 429])
    expect(await ask(service, {}, from('192.0.2.5'))).toMatchObject({ status });
  expect(await ask(service, {}, from('192.0.2.5'))).toMatchObject({ trips: 0 });
});
