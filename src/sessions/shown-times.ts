// Times of sessions as they are shown. The exact time of a refresh would tell a thief of a token when to use it.

import { type SQL, sql } from 'drizzle-orm/sql/sql';

/** Rounded down to the hour, whatever the time zone of the connection. */
export function toTheHour(time: SQL): SQL {
  return sql`date_trunc('hour', ${time}, 'UTC')`;
}

/** In JSON, where Postgres would write it otherwise: RFC 3339 with milliseconds. */
export function inJson(time: SQL): SQL {
  return sql`to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
