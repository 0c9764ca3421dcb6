// Times as they are shown where the exact one would be of use to a thief.

import { type SQL, sql } from 'drizzle-orm/sql/sql';

/** Rounded down to the hour, whatever the time zone of the connection. */
export function toTheHour(time: SQL): SQL {
  return sql`date_trunc('hour', ${time}, 'UTC')`;
}
