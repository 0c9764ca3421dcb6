// How long the access tokens live that are out: what an operator may lower at any time.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../database/client.ts';
import { rolloutSeconds } from '../status-lifetimes.ts';

/** A condition on `t`, a lifetime: the last token of it may be out still. */
const isOut = sql`t.last_used_at > now() - (t.seconds * interval '1 second' + ${rolloutSeconds}::int * interval '1 second')`;

/** An expression: the longest lifetime, in seconds, of any token that is out. @param seconds of those issued now. */
export function longestTokenLife(seconds: number): SQL {
  return sql`greatest(${seconds}::int, (select max(t.seconds) from token_lifetimes t where ${isOut}))`;
}

/** Remembers that tokens of this lifetime are issued now. @returns the longest that is out. */
export async function noteTokenLifetime(database: Database, seconds: number): Promise<number> {
  const [row] = await database.query<{ longest: number }>(
    sql`
      with noted as (
        insert into token_lifetimes (seconds, last_used_at) values (${seconds}::int, now())
        on conflict (seconds) do update set last_used_at = excluded.last_used_at
      ),
      forgotten as (delete from token_lifetimes t where t.seconds <> ${seconds}::int and not ${isOut})
      select ${longestTokenLife(seconds)} as longest`,
    { repeatable: true },
  );
  return row?.longest ?? seconds;
}
