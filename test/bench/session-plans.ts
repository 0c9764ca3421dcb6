// Shows what the statements about sessions cost on a million sessions and a million entries of the revocation list, by
// Postgres's own plans, and that a refresh is a HOT update: `npx node test/bench/session-plans.ts`.

import type pg from 'pg';
import type { Database } from '../../src/database/client.ts';
import { readUser } from '../../src/features/account/statements.ts';
import { purgeExpired } from '../../src/features/purge/statements.ts';
import { listSessions } from '../../src/features/sessions/statements.ts';
import { endSession } from '../../src/sessions/end.ts';
import { rotateRefreshToken } from '../../src/sessions/rotation.ts';
import { databaseOf, type Statements, showPlans } from './plans.ts';

const rows = 1_000_000;
const people = 200_000;
const refreshes = 10_000;

const now = new Date();

/** Version 7 in form: what the plans depend on is that they differ. */
const idOf = (kind: string, n: number) => `0190${kind}-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
const idIn = (kind: string, n: string) =>
  `('0190${kind}-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`;

// Five sessions a person, used some time in the last 30 days; a tenth of all has had its time.
const fill = `
  insert into users (id, email, email_verified_at, password_hash, name, created_at, updated_at)
  select ${idIn('0001', 'n')}, 'person-' || n || '@example.test', now(), '', 'Ada', now(), now()
  from generate_series(0, ${people - 1}) n;

  insert into sessions (id, user_id, rotated_at, expires_at, absolute_expires_at, device_name, user_agent, ip, created_at)
  select ${idIn('0002', 'n')}, ${idIn('0001', `n % ${people}`)}, used, used + interval '30 days', used + interval '180 days',
    'Phone ' || n, 'ExampleApp/1.0 (a user agent of ordinary length, as apps send them)', '203.0.113.7', used
  from generate_series(0, ${rows - 1}) n
  cross join lateral (
    select now() - (case when n % 10 = 9 then 60 else 0 end + random() * 20) * interval '1 day' as used
  ) u;

  insert into revoked_tokens (jti, session_id, reason, revoked_at, expires_at)
  select ${idIn('0003', 'n')} || '.7', ${idIn('0003', 'n')}, 'logout', now(),
    now() + (case when n % 10 = 9 then -1 else 20 end + random()) * interval '1 day'
  from generate_series(0, ${rows - 1}) n`;

const caller = { sessionId: idOf('0002', 500_000), userId: idOf('0001', 500_000 % people), now };

const occasion = {
  eventId: idOf('0005', 1),
  origin: { userAgent: 'ExampleApp/1.1', ip: '203.0.113.8' },
  now,
};

const refresh =
  (presented: { sessionId: string; userId: string; generation: number }, at = now) =>
  (database: Database) =>
    rotateRefreshToken(database, {
      ...presented,
      isExpired: false,
      jkt: undefined,
      proofJkt: undefined,
      dpopMode: undefined,
      roleClaim: 'role',
      keyHash: 'a'.repeat(43),
      network: '203.0.113.8',
      refreshTokenSeconds: 30 * 86_400,
      retryWindowSeconds: 30,
      mailId: idOf('0004', 1),
      ...occasion,
      now: at,
    });

const statements: Statements = {
  'refresh, the newest token': refresh({ ...caller, generation: 0 }),
  'refresh, an unknown session': refresh({ ...caller, sessionId: idOf('0009', 1), generation: 0 }),
  me: (database) => readUser(database, caller),
  'list of sessions': (database) => listSessions(database, caller),
  logout: (database) => endSession(database, { ...caller, ...occasion }),
  'purge, a batch of sessions': (database) => purgeExpired(database, 'sessions', now, 900),
  'purge, a batch of the list': (database) => purgeExpired(database, 'revoked_tokens', now, 900),
};

/**
 * Refreshes for good, 500 sessions a few times each, and asks the server how many were HOT: all but each session's first
 * in a week, which moves it on in the index of the purge.
 */
async function showHeapOnlyUpdates(client: pg.Client): Promise<void> {
  const database = databaseOf(client);
  await client.query('select pg_stat_reset_single_table_counters($1::regclass)', ['sessions']);
  for (let n = 0; n < refreshes; n += 1) {
    const which = (n % 500) * 10;
    const session = { sessionId: idOf('0002', which), userId: idOf('0001', which % people) };
    await refresh({ ...session, generation: Math.floor(n / 500) }, new Date(now.getTime() + n))(database);
  }
  await client.query('select pg_stat_force_next_flush()');
  const { rows: counted } = await client.query(
    `select n_tup_upd as updates, n_tup_hot_upd as "HOT updates" from pg_stat_user_tables where relname = 'sessions'`,
  );
  console.log(`\n${refreshes} refreshes`);
  console.table(counted);
}

await showPlans({ name: 'latchkey_session_plans', fill, statements, after: showHeapOnlyUpdates });
