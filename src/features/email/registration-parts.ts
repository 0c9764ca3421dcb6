// Parts of the statements about registrations.

import { type SQL, sql } from 'drizzle-orm/sql/sql';

/** A `StartedSession`, of `s`, whose newest token is `newest`. */
export function sessionAsJson(newest: SQL, role: SQL): SQL {
  return sql`(
    select to_jsonb(started) from (
      select s.id as session_id, s.user_id, s.device_id, ${newest}, ${role} as role
    ) started
  )`;
}
