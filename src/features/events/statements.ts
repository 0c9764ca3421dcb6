// The statement about the security log.

import { sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../../database/client.ts';
import { isByOperator } from '../../database/security-events.ts';
import { activeCaller, type Caller } from '../../sessions/active-caller.ts';

/** An event of the security log as its owner reads it; RFC 3339 times. */
export type SecurityEvent = {
  readonly id: string;
  readonly kind: string;
  readonly session_id: string | null;
  readonly ip: string | null;
  readonly user_agent: string | null;
  /** How often within the hour that begins at `created_at`; 1 for what is not counted by the hour. */
  readonly count: number;
  /** Of the request that caused it, as its answer named it. */
  readonly request_id: string | null;
  /** Who, from where and why is for operators alone (operators/list-events.ts). */
  readonly by_operator: boolean;
  readonly created_at: string;
};

/**
 * Up to `limit` events of the user who calls before `before`, newest first; nothing when the caller's session has
 * ended.
 */
export async function listSecurityEvents(
  database: Database,
  list: Caller & { readonly before: string; readonly limit: number },
): Promise<SecurityEvent[] | undefined> {
  const byOperator = sql.raw(isByOperator('l'));
  const rows = await database.query<SecurityEvent | { id: null }>(
    sql`
      with ${activeCaller(list)}
      select e.* from caller left join lateral (
        select l.id, l.kind, l.session_id, case when not ${byOperator} then l.ip end as ip,
          case when not ${byOperator} then l.user_agent end as user_agent, l.count, l.request_id, ${byOperator} as by_operator, l.created_at
        from security_events l
        where l.user_id = caller.user_id and l.id < ${list.before} order by l.id desc limit ${list.limit}
      ) e on true
      order by e.id desc`,
    { repeatable: true },
  );
  return rows.length === 0 ? undefined : rows.filter((row) => row.id !== null);
}
