// The statement that gives events their numbers, by which they are read and delivered.

import { sql } from 'drizzle-orm/sql/sql';
import { eventClaimSeconds, eventsNumbered } from '../../bounds.ts';
import type { Database } from '../../database/client.ts';
import { activeAdmin } from '../../sessions/active-admin.ts';
import type { Caller } from '../../sessions/active-caller.ts';
import { isWaiting } from './event-statements.ts';

/** Any number that no other advisory lock has. */
const turnLock = 20_0009;

const claim = sql`${eventClaimSeconds}::int * interval '1 second'`;

/**
 * Gives numbers to events that have been committed, in the order of their positions. One statement after the other: the numbers of
 * the one before are committed when this one draws its own. This one may not see what that one has numbered, since its snapshot is
 * older than its turn; then the row's recheck leaves it out.
 *
 * An event behind another one of its user waits for it; should that one be finished at this moment, for as long as a claim.
 *
 * @param reader who asks for it, an operator: for anybody else it does nothing.
 * @returns how many; as many as one statement takes means that there may be more.
 */
export async function numberEvents(database: Database, now: Date, reader?: Caller): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    sql`
      with ${reader ? activeAdmin(reader) : sql`caller as (select)`},
      turn as materialized (
        select pg_advisory_xact_lock(${sql.raw(String(turnLock))})
        where exists (select from outbox where number is null) and exists (select from caller)
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
