// The statement that clears away events.

import { sql } from 'drizzle-orm/sql/sql';
import { purgeBatch } from '../../bounds.ts';
import type { Database } from '../../database/client.ts';
import { eventKeptSeconds, waitingEventKeptSeconds } from '../../lifetimes.ts';

/**
 * Deletes up to a batch of events: those that were delivered or given up some time ago, and those that nobody will ever take.
 *
 * @param isTold whether there is a webhook. Where there is none, events are there to be read, and no longer than the others.
 * @returns how many went; fewer than a batch means that there is nothing more to do.
 */
export async function purgeEvents(
  database: Database,
  { isTold, now }: { readonly isTold: boolean; readonly now: Date },
): Promise<number> {
  const bound = sql`${new Date(now.getTime() - eventKeptSeconds * 1000).toISOString()}::timestamptz`;
  const longer = isTold ? waitingEventKeptSeconds - eventKeptSeconds : 0;
  const [row] = await database.query<{ count: number }>(
    sql`
      with doomed as (
        select ctid from outbox
        where created_at <= ${bound}
          and coalesce(delivered_at, failed_at, created_at + ${longer}::int * interval '1 second') <= ${bound}
        order by created_at limit ${purgeBatch} for update skip locked
      ),
      gone as (delete from outbox where ctid = any(array(select ctid from doomed)) returning 1)
      select count(*)::int as count from gone`,
    { repeatable: true },
  );
  return row?.count ?? 0;
}
