// The statement of the statistics: one round trip, whose work is bounded by the time that is asked for, and by a sample of big tables.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { sampledPages } from '../../bounds.ts';
import type { Database } from '../../database/client.ts';
import type { SecurityEventKind } from '../../database/security-events.ts';
import { activeAdmin } from '../../sessions/active-admin.ts';
import type { Caller } from '../../sessions/active-caller.ts';
import { inJson } from '../../sessions/shown-times.ts';

/** What waits to be sent, and what was given up. */
export type Queue = {
  readonly waiting: number;
  readonly oldest_waiting_at: string | null;
  readonly failed_last_day: number;
};

export type Now = {
  readonly users: number;
  readonly disabled: number;
  readonly guests: number;
  readonly active_sessions: number;
  readonly used_in_the_last_hour: number;
  readonly mails: Queue;
  readonly outbox: Queue;
};

/** How often something happened within one step. */
export type Counted = { readonly at: string; readonly what: string; readonly count: number };

export type Counts = {
  readonly counted: readonly Counted[];
  /** The oldest entry of the outbox that is kept: of sessions before it nothing is known. */
  readonly outbox_since: string | null;
  readonly now: Now;
};

export type Period = { readonly from: Date; readonly to: Date; readonly step: 'hour' | 'day' };

/** @returns nothing where the caller is no operator. */
export async function countedStatistics(
  database: Database,
  {
    caller,
    kinds,
    ...period
  }: Period & { readonly caller: Caller; readonly kinds: readonly SecurityEventKind[] },
): Promise<Counts | undefined> {
  const time = sql`${caller.now.toISOString()}::timestamptz`;
  const [counts] = await database.query<Counts>(
    sql`
      with ${activeAdmin(caller)}
      select
        (select coalesce(jsonb_agg(c), '[]') from (${counted(period, kinds)}) c) as counted,
        (select min(created_at) from outbox) as outbox_since,
        (
          select jsonb_build_object('users', round(u.rows * u.scale), 'guests', round(u.guests * u.scale),
            'disabled', (select count(*) from users where disabled_at is not null),
            'active_sessions', round(s.active * s.scale), 'used_in_the_last_hour', round(s.used * s.scale),
            'mails', ${queue(sql`mails`, sql`sent_at`, time)}, 'outbox', ${queue(sql`outbox`, sql`delivered_at`, time)})
          from (${sampled('users', sql`count(*) filter (where is_guest) as guests`)}) u,
            (${sampled(
              'sessions',
              sql`count(*) filter (where ended_at is null and expires_at > ${time}) as active,
                count(*) filter (where ended_at is null and expires_at > ${time} and rotated_at > ${time} - interval '1 hour') as used`,
            )}) s
        ) as now
      from caller`,
    { repeatable: true },
  );
  return counts;
}

/** Rows of `Counted`. */
function counted({ from, to, step }: Period, kinds: readonly SecurityEventKind[]): SQL {
  const [first, end] = [sql`${from.toISOString()}::timestamptz`, sql`${to.toISOString()}::timestamptz`];
  const binned = sql`date_bin(${`1 ${step}`}::interval, created_at, ${first}) as at`;
  const within = sql`created_at >= ${first} and created_at < ${end}`;
  // Ids are UUIDv7: only those of the time are read. One may have been made some hours before its row.
  const idFrom = new Date(from.getTime() - 86_400_000).getTime().toString(16).padStart(12, '0');
  return sql`
    select ${binned}, kind as what, sum(count)::int as count
    from security_events where ${within} and kind = any(${sql.param(kinds)}::text[]) group by 1, 2
    union all
    select ${binned}, type, count(*)::int
    from outbox where ${within} and type in ('session.started', 'session.ended') group by 1, 2
    union all
    select ${binned}, 'registered', count(*)::int
    from users where id >= ${`${idFrom}00000000000000000000`}::uuid and ${within} and not is_guest group by 1`;
}

/** An expression: what waits in a queue and was given up. */
function queue(table: SQL, doneAt: SQL, now: SQL): SQL {
  return sql`(
    select jsonb_build_object('waiting', count(*), 'oldest_waiting_at', ${inJson(sql`min(created_at)`)},
      'failed_last_day', (select count(*) from ${table} where failed_at is not null and failed_at > ${now} - interval '1 day'))
    from ${table} where ${doneAt} is null and failed_at is null
  )`;
}

/**
 * A query of one row: `rows`, `columns` over the table, and the `scale` that makes them those of the whole table. A table of up to
 * `sampledPages` is read whole, and the scale is 1. A larger one is sampled by its pages, always the same, and how many rows it has is
 * what PostgreSQL itself keeps.
 */
function sampled(table: 'users' | 'sessions', columns: SQL): SQL {
  const name = sql.raw(table);
  const share = sql`(select least(100, 100.0 * ${sampledPages}::int * 8192 / greatest(pg_relation_size(${table}::regclass), 1)))`;
  return sql`
    select t.*, case when ${share} < 100 then greatest(c.reltuples, t.rows) / greatest(t.rows, 1) else 1 end as scale
    from (select count(*) as rows, ${columns} from ${name} tablesample system (${share}) repeatable (1)) t
    join pg_class c on c.oid = ${table}::regclass`;
}
