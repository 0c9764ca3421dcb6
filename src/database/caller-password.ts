// The password of the user who calls, for the endpoints that ask for it once more before they change what matters.

import { sql } from 'drizzle-orm/sql/sql';
import type { Database } from './client.ts';
import { type Caller, livingCaller } from './living-caller.ts';

export type CallerPassword = {
  readonly password_hash: string;
  readonly email: string;
  readonly name: string;
};

/** Nothing when the caller's session has ended. */
export async function findCallerPassword(
  database: Database,
  caller: Caller,
): Promise<CallerPassword | undefined> {
  const [row] = await database.query<CallerPassword>(
    sql`
      with ${livingCaller(caller)}
      select u.password_hash, u.email, u.name from users u join caller on caller.user_id = u.id`,
    { repeatable: true },
  );
  return row;
}
