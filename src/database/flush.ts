// For statements that write or not: which of the two it was must not be told by how long it took.

import { sql } from 'drizzle-orm/sql/sql';

/**
 * Writes something small to the write-ahead log, which nobody reads: what was written is flushed to disk at the commit, and
 * a stranger could tell by the time that there was nothing to flush.
 */
export const somethingToFlush = sql`select pg_logical_emit_message(true, 'latchkey', '')::text`;
