// The statements about the queue of events: each gets its number, is claimed when it is its user's oldest, and is finished.

import { sql } from 'drizzle-orm/sql/sql';
import {
  endpointFailures,
  endpointPauseSeconds,
  eventBatch,
  eventClaimSeconds,
  eventsLookedAt,
  eventsNumbered,
} from '../../bounds.ts';
import type { Database } from '../../database/client.ts';
import type { EventRow } from './event.ts';
import { isWaiting, toldEvent } from './event-statements.ts';

export type DueEvent = EventRow & { readonly attempts: number };

/** Any number that no other advisory lock has. */
const turnLock = 20_0009;

/** Where the failures of the endpoint are counted: no SHA-256 is like it. */
const endpoint = sql`'webhook endpoint'`;

const claim = sql`${eventClaimSeconds}::int * interval '1 second'`;

/**
 * Gives numbers to events that have been committed, in the order of their positions. One statement after the other: the numbers of
 * the one before are committed when this one draws its own. This one may not see what that one has numbered, since its snapshot is
 * older than its turn; then the row's recheck leaves it out.
 *
 * An event behind another one of its user waits for it; should that one be finished at this moment, for as long as a claim.
 *
 * @returns how many; as many as one statement takes means that there may be more.
 */
export async function numberEvents(database: Database, now: Date): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    sql`
      with turn as materialized (
        select pg_advisory_xact_lock(${sql.raw(String(turnLock))}) where exists (select from outbox where number is null)
      ),
      fresh as materialized (
        select o.id, o.user_id from outbox o cross join turn where o.number is null
        order by o.position limit ${eventsNumbered} for update of o
      ),
      numbered as materialized (select f.id, f.user_id, nextval('outbox_numbers') as number from fresh f),
      placed as (
        select n.*, row_number() over (partition by n.user_id order by n.number) > 1
          or exists (select from outbox p where p.user_id = n.user_id and ${isWaiting('p')}) as is_behind
        from numbered n
      ),
      given as (
        update outbox o
        set number = p.number,
          due_at = ${now.toISOString()}::timestamptz + case when p.is_behind then ${claim} else interval '0' end
        from placed p where o.id = p.id
        returning 1
      )
      select count(*)::int as count from given`,
    { repeatable: true },
  );
  return row?.count ?? 0;
}

/**
 * Claims events that are due and the oldest of their user, each for one attempt; a claim is the moment before which nobody else takes
 * the event, so one whose isolate died runs out by itself. What is due and waits behind another is put off as long as that one.
 * While the endpoint is down, one at most, and before any other one that was never tried.
 *
 * @returns also among how many it has looked: among as many as it may, there are more.
 */
export async function claimDueEvents(
  database: Database,
  time: Date,
): Promise<{ readonly events: DueEvent[]; readonly looked: number }> {
  const now = sql`${time.toISOString()}::timestamptz`;
  const rows = await database.query<(DueEvent | { id: null }) & { looked: number }>(
    sql`
      with probe as (
        -- In the locked row: of many that ask at once, one.
        update login_attempts set locked_until = ${now} + ${claim}
        where address_hash = ${endpoint} and attempts >= ${endpointFailures} and locked_until <= ${now}
        returning 1
      ),
      share as (
        select case
          when exists (select from probe) then 1
          when exists (
            select from login_attempts where address_hash = ${endpoint} and (attempts >= ${endpointFailures} or locked_until > ${now})
          ) then 0
          else ${eventBatch}::int end as size
      ),
      due as materialized (
        select o.id, o.user_id, o.number, o.attempts, o.due_at from outbox o
        where o.due_at <= ${now} and ${isWaiting('o')} and (select size from share) > 0
        order by o.due_at limit ${eventsLookedAt} for update of o skip locked
      ),
      placed as (
        select d.id, d.attempts, d.due_at, (
          select p.due_at from outbox p where p.user_id = d.user_id and ${isWaiting('p')} and p.number < d.number
          order by p.number limit 1
        ) as head_due_at
        from due d
      ),
      put_off as (
        update outbox o set due_at = greatest(p.head_due_at, ${now} + ${claim})
        from placed p where o.id = p.id and p.head_due_at is not null
      ),
      heads as (
        select id from placed where head_due_at is null
        order by attempts > 0 and (select size from share) = 1, due_at limit (select size from share)
      ),
      claimed as (
        update outbox o set attempts = o.attempts + 1, due_at = ${now} + ${claim}
        from heads h where o.id = h.id
        returning o.*
      )
      select (select count(*)::int from due) as looked, e.*
      from (select) one left join (
        select o.attempts, ${toldEvent} from claimed o left join users u on u.id = o.user_id
      ) e on true`,
    { repeatable: false },
  );
  const events = rows.filter((row): row is DueEvent & typeof row => row.id !== null);
  return { events, looked: rows[0]?.looked ?? 0 };
}

/** What became of a claimed event. */
export type Outcome = {
  readonly id: string;
  /** As it was claimed: a later claim is not disturbed. */
  readonly attempts: number;
  readonly kind: 'delivered' | 'postponed' | 'failed' | 'given-back';
  readonly due_at?: string;
  readonly error?: string;
};

export type EndpointNews = {
  readonly isUp: boolean;
  /** Failures that say that it may be down. */
  readonly failures: number;
  /** Until when it wants to be left alone. */
  readonly pausedUntil: Date | undefined;
};

/**
 * Notes what became of a batch, lets the next event of each user whose one is over be due, and counts the failures of the endpoint.
 *
 * @returns whether the endpoint is taken to be down.
 */
export async function finishEvents(
  database: Database,
  outcomes: readonly Outcome[],
  news: EndpointNews,
  time: Date,
): Promise<boolean> {
  const now = sql`${time.toISOString()}::timestamptz`;
  const { failures, isUp } = news;
  const pausedUntil = sql`${news.pausedUntil?.toISOString() ?? null}::timestamptz`;
  const isCounted = news.pausedUntil !== undefined || (failures > 0 && !isUp);
  const atLeast = news.pausedUntil ? endpointFailures : 0;
  const pausedAfter = (
    attempts: string,
  ) => sql`greatest(${pausedUntil}, ${now} + case when ${sql.raw(attempts)} < ${endpointFailures}
    then interval '0' else ${endpointPauseSeconds}::int * interval '1 second' end)`;
  const [row] = await database.query<{ is_down: boolean }>(
    sql`
      with told as (
        select * from jsonb_to_recordset(${JSON.stringify(outcomes)}::jsonb)
          as t(id uuid, attempts int, kind text, due_at timestamptz, error text)
      ),
      finished as (
        update outbox o
        set delivered_at = case when t.kind = 'delivered' then ${now} end,
          failed_at = case when t.kind = 'failed' then ${now} end,
          attempts = o.attempts - (t.kind = 'given-back')::int,
          due_at = coalesce(t.due_at, o.due_at),
          last_error = coalesce(t.error, o.last_error)
        from told t
        where o.id = t.id and ${isWaiting('o')} and (t.kind = 'delivered' or o.attempts = t.attempts)
        returning o.user_id, o.number, t.kind in ('delivered', 'failed') as is_over
      ),
      following as (
        select (
          select p.id from outbox p where p.user_id = f.user_id and ${isWaiting('p')} and p.number > f.number
          order by p.number limit 1
        ) as id from finished f where f.is_over
      ),
      let_go as (update outbox o set due_at = ${now} from following f where o.id = f.id),
      counted as (
        insert into login_attempts as a (address_hash, attempts, locked_until, expires_at)
        select ${endpoint}, c.attempts, ${pausedAfter('c.attempts')}, ${now} + interval '1 day'
        from (select greatest(${failures}::int, ${atLeast}::int) as attempts) c where ${isCounted}::boolean
        on conflict (address_hash) do update
        set attempts = greatest(a.attempts + ${failures}::int, ${atLeast}::int), expires_at = excluded.expires_at,
          locked_until = ${pausedAfter(`(a.attempts + ${Number(failures)})`)}
        returning attempts
      ),
      recovered as (
        update login_attempts set attempts = 0, locked_until = ${now}
        where address_hash = ${endpoint} and attempts > 0 and ${isUp && !isCounted}::boolean
        returning 1
      ),
      brought_forward as (
        -- What failed while it was down comes now, and not in hours. What is due within a claim may be on its way.
        update outbox o set due_at = ${now}, attempts = o.attempts - 1
        where exists (select from recovered) and ${isWaiting('o')} and o.attempts > 0 and o.due_at > ${now} + ${claim}
          and o.id not in (select id from told)
          and exists (select from login_attempts where address_hash = ${endpoint} and attempts >= ${endpointFailures})
      )
      select exists (select from counted where attempts >= ${endpointFailures}) as is_down`,
    { repeatable: true },
  );
  return row?.is_down ?? false;
}
