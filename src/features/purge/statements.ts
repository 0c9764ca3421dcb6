// The statements that clear away what nobody needs any more, a bounded batch at a time.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../../database/client.ts';
import {
  clockToleranceSeconds,
  mailKeptSeconds,
  purgeBatch,
  securityEventsKeptSeconds,
} from '../../lifetimes.ts';

/** By table: which rows have had their time. Each condition has an index, so that a batch reads what it deletes. */
const expired: Readonly<Record<Purged, (now: Date) => SQL>> = {
  sessions: (now) => sql`purge_after <= ${now.toISOString()}::timestamptz at time zone 'UTC'`,
  // As long as the clock tolerance lets a token be presented, the list has to know it.
  revoked_tokens: (now) => sql`expires_at <= ${earlier(now, clockToleranceSeconds)}`,
  email_grants: (now) => sql`expires_at <= ${now.toISOString()}`,
  login_attempts: (now) => sql`expires_at <= ${now.toISOString()}`,
  security_events: (now) => sql`created_at <= ${earlier(now, securityEventsKeptSeconds)}`,
  mails: (now) => sql`coalesce(sent_at, failed_at) <= ${earlier(now, mailKeptSeconds)}`,
};

export type Purged =
  | 'sessions'
  | 'revoked_tokens'
  | 'email_grants'
  | 'login_attempts'
  | 'security_events'
  | 'mails';

/**
 * Deletes up to a batch of a table's expired rows. A row that another purge or a request is working on is left to the
 * next run.
 *
 * @returns how many rows went; fewer than a batch means that there is nothing more to do.
 */
export async function purgeExpired(database: Database, table: Purged, now: Date): Promise<number> {
  const name = sql.identifier(table);
  const [row] = await database.query<{ count: number }>(
    sql`
      with doomed as (
        select ctid from ${name} where ${expired[table](now)} limit ${purgeBatch} for update skip locked
      ),
      gone as (delete from ${name} where ctid = any(array(select ctid from doomed)) returning 1)
      select count(*)::int as count from gone`,
    { repeatable: true },
  );
  return row?.count ?? 0;
}

function earlier(time: Date, seconds: number): string {
  return new Date(time.getTime() - seconds * 1000).toISOString();
}
