// The statements that find what an older data key has sealed, and replace it.

import { sql } from 'drizzle-orm/sql/sql';
import { sealedAnewBatch } from '../../bounds.ts';
import type { Database } from '../../database/client.ts';
import { kidIn, type SealedColumn } from '../../database/sealed-columns.ts';

export type SealedRow = { readonly id: string; readonly holder: string; readonly secret: string };

/** A batch of what the keys of these names have sealed. */
export function readSealedByOlder(
  database: Database,
  { table, column, holder }: SealedColumn,
  kids: readonly string[],
): Promise<SealedRow[]> {
  // One parameter each: Postgres takes the index where it sees that the names are those of few rows, or of none.
  const names = sql.join(
    kids.map((kid) => sql`${kid}`),
    sql`, `,
  );
  return database.query<SealedRow>(
    sql`
      select id, ${sql.raw(holder)} as holder, ${sql.identifier(column)} as secret from ${sql.identifier(table)}
      where ${sql.raw(kidIn(column))} in (${names})
      limit ${sealedAnewBatch}`,
    { repeatable: true },
  );
}

/**
 * What has changed since it was read stays as it is, and what somebody works on is left to the next run.
 *
 * @returns how many were replaced.
 */
export async function replaceSealed(
  database: Database,
  { table, column }: SealedColumn,
  sealed: readonly { readonly id: string; readonly before: string; readonly after: string }[],
): Promise<number> {
  const [rows, secret] = [sql.identifier(table), sql.identifier(column)];
  const replaced = await database.query(
    sql`
      with sealed as (select * from jsonb_to_recordset(${JSON.stringify(sealed)}::jsonb) as s(id uuid, before text, after text)),
      locked as (
        select t.id, s.after from ${rows} t join sealed s on s.id = t.id and s.before = t.${secret}
        for no key update of t skip locked
      )
      update ${rows} t set ${secret} = l.after from locked l where t.id = l.id
      returning t.id`,
    { repeatable: true },
  );
  return replaced.length;
}
