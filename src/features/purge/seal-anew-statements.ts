// The statements that find what an older data key has sealed, and replace it.

import { sql } from 'drizzle-orm/sql/sql';
import { sealedAnewBatch } from '../../bounds.ts';
import type { Database } from '../../database/client.ts';

export type SealedRow = { readonly id: string; readonly user_id: string; readonly secret: string };

/** A batch of what the keys of these names have sealed. */
export function readSealedByOlder(database: Database, kids: readonly string[]): Promise<SealedRow[]> {
  // One parameter each: Postgres takes the index where it sees that the names are those of few rows, or of none.
  const names = sql.join(
    kids.map((kid) => sql`${kid}`),
    sql`, `,
  );
  return database.query<SealedRow>(
    sql`
      select id, user_id, secret from totp_secrets
      where substring(secret from '^(.*):') in (${names})
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
  sealed: readonly { readonly id: string; readonly before: string; readonly after: string }[],
): Promise<number> {
  const rows = await database.query(
    sql`
      with sealed as (select * from jsonb_to_recordset(${JSON.stringify(sealed)}::jsonb) as s(id uuid, before text, after text)),
      locked as (
        select t.id, s.after from totp_secrets t join sealed s on s.id = t.id and s.before = t.secret
        for no key update of t skip locked
      )
      update totp_secrets t set secret = l.after from locked l where t.id = l.id
      returning t.id`,
    { repeatable: true },
  );
  return rows.length;
}
