// Rows of a few tables about one person, page by page: no statement reads or answers more than a page of each,
// however much there is.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { exportedBytes, exportedRows } from '../../bounds.ts';
import type { Database } from '../../database/client.ts';
import { activeCaller, type Caller } from '../../sessions/active-caller.ts';

export type PagedTable = {
  readonly name: string;
  /** What follows `from`: the rows `t` that are about the user `u`, ending in a condition. */
  readonly rows: SQL;
  /** What tells one row of them from the next, and its type: pages go by it. */
  readonly key: string;
  readonly keyType: 'uuid' | 'text';
  readonly columns: string;
};

/** Rows of one table, each as JSON text. `next` is the key after which the rest begins; null where there is none. */
export type RowPage = { readonly rows: readonly string[]; readonly next: string | null };

/** Of the caller's own row `part` is -1. */
type Row = {
  readonly part: number;
  readonly key: string;
  readonly row: string | null;
  readonly is_followed: boolean;
};

export function rowPageOf(rows: readonly Row[], part: number): RowPage {
  const own = rows.filter((row) => row.part === part);
  const last = own.at(-1);
  return { rows: own.map(({ row }) => row ?? ''), next: last?.is_followed ? last.key : null };
}

/**
 * One row for the caller, and then those of the tables in order; none at all when the caller's session has ended.
 *
 * @param user an expression over `u`, the caller's row of users: what the first row says.
 */
export function readRowPages(
  database: Database,
  caller: Caller,
  {
    user,
    tables,
  }: { user: SQL; tables: readonly { readonly table: PagedTable; readonly after: string | null }[] },
): Promise<Row[]> {
  const pages = tables.map(({ table, after }, part) => pageQuery(table, { part, after }));
  return database.query<Row>(
    sql`
      with ${activeCaller(caller, { usersLevel: true })}
      select p.part, p.key, p.row, p.is_followed
      from caller join users u on u.id = caller.user_id
      cross join lateral (
        select -1 as part, 0::bigint as place, null::text as key, ${user} as row, false as is_followed
        ${sql.join(pages, sql``)}
      ) p
      order by p.part, p.place`,
    { repeatable: true },
  );
}

/** A row that is larger than a page is one of its own. */
function pageQuery(table: PagedTable, { part, after }: { part: number; after: string | null }): SQL {
  const key = sql.raw(table.key);
  return sql`
    union all
    select ${part}::int, r.place, r.key::text, r.row, r.place < r.found
    from (
      select key, row, row_number() over (order by key) as place, count(*) over () as found,
        sum(octet_length(row)) over (order by key) as bytes
      from (
        select ${key} as key, (select row_to_json(c) from (select ${sql.raw(table.columns)}) c)::text as row
        from ${table.rows} and (${after}::text is null or ${key} > ${after}::${sql.raw(table.keyType)})
        order by ${key} limit ${exportedRows + 1}
      ) found
    ) r
    where r.place = 1 or (r.place <= ${exportedRows} and r.bytes <= ${exportedBytes})`;
}
