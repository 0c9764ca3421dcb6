// The ways in of a user: what they can sign in by. The last one cannot be taken away.

import { type SQL, sql } from 'drizzle-orm/sql/sql';

/**
 * An expression over `u`, a user's row: how many there are. All are columns of that row, which whoever adds or removes one locks:
 * of two calls that take the last two away, the second sees what the first has left.
 *
 * @param byEmailCode codes by mail sign in.
 */
export function waysIn(byEmailCode: boolean): SQL {
  return sql`
    ((u.password_hash is not null)::int + u.passkey_count + u.identity_count
      + (${byEmailCode}::boolean and u.email_verified_at is not null)::int)`;
}
