// The statements of the status lists.

import { sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../../database/client.ts';
import { longestTokenLife } from '../../sessions/token-lifetimes.ts';
import { statusMarginSeconds } from '../../status-lifetimes.ts';
import { statusListSize } from '../../tokens/status-list.ts';

/** At least the first, which is there before any session is. */
const numberOfLists = sql`select coalesce(max(l.number) + 1, 1) as lists from status_lists l`;

/**
 * The places in a list of the sessions that have ended within the life of a token that is out, and how many lists there
 * are. Who ended earlier has no place, so that a list grows with what has just ended and not with the sessions.
 *
 * The age of an ending is by the database's clock alone, which has written it.
 */
export async function endedPlaces(
  database: Database,
  { list, tokenSeconds }: { readonly list: number; readonly tokenSeconds: number },
): Promise<{ readonly places: number[]; readonly lists: number }> {
  const first = list * statusListSize;
  // As text: an array of a million numbers takes the driver ten times as long.
  const [row] = await database.query<{ places: string | null; lists: string }>(
    sql`
      select string_agg((e.status_index - ${first}::bigint)::text, ',') as places, (${numberOfLists}) as lists
      from ended_statuses e
      where e.status_index >= ${first}::bigint and e.status_index < ${first + statusListSize}::bigint
        and e.listed_at > now()
          - (${longestTokenLife(tokenSeconds)} * interval '1 second' + ${statusMarginSeconds}::int * interval '1 second')`,
    { repeatable: true },
  );
  return { places: row?.places?.split(',').map(Number) ?? [], lists: Number(row?.lists ?? 1) };
}

export async function countLists(database: Database): Promise<number> {
  const [row] = await database.query<{ lists: string }>(numberOfLists, { repeatable: true });
  return Number(row?.lists ?? 1);
}
