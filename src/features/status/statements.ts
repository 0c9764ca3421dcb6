// The statements of the status lists.

import { sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../../database/client.ts';
import { longestTokenLife } from '../../sessions/token-lifetimes.ts';
import { statusMarginSeconds } from '../../status-lifetimes.ts';
import { statusListSize } from '../../tokens/status-list.ts';

/**
 * The places in a list of the sessions that have ended within the life of a token that is out. Who ended earlier has
 * none, so that a list grows with what has just ended and not with the sessions.
 *
 * The age of an ending is by the database's clock alone, which has written it.
 */
export async function endedPlaces(
  database: Database,
  { list, tokenSeconds }: { readonly list: number; readonly tokenSeconds: number },
): Promise<number[]> {
  const first = list * statusListSize;
  // As text: an array of a million numbers takes the driver ten times as long.
  const [row] = await database.query<{ places: string | null }>(
    sql`
      select string_agg((e.status_index - ${first}::bigint)::text, ',') as places
      from ended_statuses e
      where e.status_index >= ${first}::bigint and e.status_index < ${first + statusListSize}::bigint
        and e.listed_at > now()
          - (${longestTokenLife(tokenSeconds)} * interval '1 second' + ${statusMarginSeconds}::int * interval '1 second')`,
    { repeatable: true },
  );
  return row?.places?.split(',').map(Number) ?? [];
}

/** How many lists there are: at least the first, which is there before any session is. */
export async function countLists(database: Database): Promise<number> {
  const [row] = await database.query<{ count: string }>(
    sql`select coalesce(max(l.number) + 1, 1) as count from status_lists l`,
    { repeatable: true },
  );
  return Number(row?.count ?? 1);
}
