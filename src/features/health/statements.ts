// The statement about the database's own state.

import { sql } from 'drizzle-orm/sql/sql';
import { type Database, DatabaseError } from '../../database/client.ts';

/** SQLSTATE of a table or a schema that is not there: nothing was ever migrated. */
const undefinedTable = '42P01';

/**
 * When the newest applied migration was made, in milliseconds since 1970; 0 where there is none. Source: drizzle-kit.
 */
export async function newestMigrationApplied(database: Database): Promise<number> {
  try {
    const [newest] = await database.query<{ made: string | null }>(
      sql`select max(created_at) as made from drizzle.__drizzle_migrations`,
      { repeatable: true },
    );
    return Number(newest?.made ?? 0);
  } catch (error) {
    if (error instanceof DatabaseError && error.code === undefinedTable) return 0;
    throw error;
  }
}
