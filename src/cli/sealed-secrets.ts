// What a data key has sealed in the database, which nobody could open without it.

import pg from 'pg';
import { kidIn, sealedColumns } from '../database/sealed-columns.ts';
import { RefusedError } from './rotation.ts';

/** @throws RefusedError where one of the keys is still in use. */
export async function assertUnused(databaseUrl: string, kids: readonly string[]): Promise<void> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    for (const { table, column, what, loss } of sealedColumns) {
      const { rows } = await client.query<{ count: number }>(
        `select count(*)::int as count from ${table} where ${kidIn(column)} = any ($1)`,
        [kids],
      );
      const count = rows[0]?.count ?? 0;
      if (count > 0) {
        throw new RefusedError(
          `${count} ${what} are sealed by ${kids.join(', ')}: ${loss}. The cron trigger seals them anew, by the hundred a minute, ` +
            'once the service has the newer key: is it running?',
        );
      }
    }
  } finally {
    await client.end();
  }
}
