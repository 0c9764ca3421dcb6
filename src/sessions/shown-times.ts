// Times of sessions as they are shown. The exact time of a refresh would tell a thief of a token when to use it.

import { type SQL, sql } from 'drizzle-orm/sql/sql';

/** Rounded down to the hour, whatever the time zone of the connection. */
export function toTheHour(time: SQL): SQL {
  return sql`date_trunc('hour', ${time}, 'UTC')`;
}
