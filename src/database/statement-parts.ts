// Small parts that any statement may need.

import { type SQL, sql } from 'drizzle-orm/sql/sql';

/**
 * A condition that always holds, and makes the part of a statement that asks for it run after another.
 *
 * PostgreSQL promises no order for the parts of a `with` that write (manual, section 7.8.4). But a part whose rows
 * are counted has been run to its end.
 *
 * @param part the name of a common table expression of the same statement.
 */
export function after(part: string): SQL {
  return sql`(select count(*) from ${sql.raw(part)}) >= 0`;
}

/**
 * What a statement that may write nothing ends with.
 *
 * Timing side channel: a commit that wrote waits for the disk, and a stranger could tell by the time of the answer.
 * So a small message that nobody reads goes to the write-ahead log, and there is something to flush in either case.
 */
export const somethingToFlush = sql`select pg_logical_emit_message(true, 'latchkey', '')::text`;
