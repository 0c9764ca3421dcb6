// The statement about the security log of everybody.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../database/client.ts';
import { inJson } from '../sessions/shown-times.ts';
import { actingOperator, type Operator } from './operator.ts';

/** An event as operators read it; RFC 3339 times. */
export type OperatorsEvent = {
  readonly id: string;
  readonly kind: string;
  /** Null where nobody has the address that was tried, and where the account is gone. */
  readonly user_id: string | null;
  /** Of the user. */
  readonly email: string | null;
  readonly session_id: string | null;
  readonly ip: string | null;
  readonly user_agent: string | null;
  readonly count: number;
  readonly request_id: string | null;
  /** The operator who did it. */
  readonly actor_id: string | null;
  readonly details: Readonly<Record<string, unknown>>;
  readonly created_at: string;
};

/** The columns of `OperatorsEvent`, of `e`, a row of `security_events`, and `u`, its user. */
export const eventColumns = sql`
  e.id, e.kind, e.user_id, u.email, e.session_id, e.ip, e.user_agent, e.count, e.request_id, e.actor_id, e.details,
  ${inJson(sql`e.created_at`)} as created_at`;

/**
 * A condition on `e`, an event: a request caused it, or is the last that did. No index has the id of a request, but as a UUIDv7 (RFC 9562,
 * section 5.7) it has its time, by which events are found; one that is counted within an hour stands at its beginning.
 */
function isOfRequest(requestId: string): SQL {
  const milliseconds = Number.parseInt(requestId.replace('-', '').slice(0, 12), 16);
  // Of an id that is none of ours it may be any number.
  const time = sql`${new Date(Math.min(milliseconds, 4e12)).toISOString()}::timestamptz`;
  return sql`(
    e.request_id = ${requestId} and e.created_at between ${time} - interval '1 hour' and ${time} + interval '1 minute'
  )`;
}

/** Up to `limit` events before `before`, newest first; nothing where the caller is no operator. */
export async function listEvents(
  database: Database,
  list: {
    readonly operator: Operator;
    readonly user?: string | undefined;
    readonly kind?: string | undefined;
    readonly ip?: string | undefined;
    readonly request_id?: string | undefined;
    readonly from?: Date | undefined;
    readonly to?: Date | undefined;
    readonly before: string;
    readonly limit: number;
  },
): Promise<OperatorsEvent[] | undefined> {
  const { user, kind, ip, request_id, from, to } = list;
  const wanted = sql.join(
    [
      sql`e.id < ${list.before}`,
      ...(user ? [sql`e.user_id = ${user}`] : []),
      ...(kind ? [sql`e.kind = ${kind}`] : []),
      ...(ip ? [sql`e.ip = ${ip}`] : []),
      ...(request_id ? [isOfRequest(request_id)] : []),
      ...(from ? [sql`e.created_at >= ${from.toISOString()}`] : []),
      ...(to ? [sql`e.created_at < ${to.toISOString()}`] : []),
    ],
    sql` and `,
  );
  const rows = await database.query<OperatorsEvent | { id: null }>(
    sql`
      with ${actingOperator(list.operator)}
      select l.* from caller left join lateral (
        select ${eventColumns} from (
          select * from security_events e where ${wanted} order by e.id desc limit ${list.limit}
        ) e left join users u on u.id = e.user_id
      ) l on true
      order by l.id desc`,
    { repeatable: true },
  );
  return rows.length === 0 ? undefined : rows.filter((row) => row.id !== null);
}
