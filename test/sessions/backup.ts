// A backup of what the database holds of one user's sessions, and its restoration.

import { sql } from 'drizzle-orm/sql/sql';
import type { Service } from '../service.ts';
import type { Owner } from './driver.ts';

/** Rows, by table. */
export type Backup = Readonly<Record<string, unknown>>;

/** By table: which rows are the user's. Of a session that has been purged the list may know still. */
const tables = (userId: string, sessionIds: readonly string[]) => ({
  revoked_tokens: sql`session_id = any(${sql.param(sessionIds)}::uuid[])`,
  sessions: sql`user_id = ${userId}`,
  security_events: sql`user_id = ${userId}`,
  mails: sql`user_id = ${userId}`,
});

export async function backUp(
  { dependencies: { database } }: Service,
  { userId }: Owner,
  sessionIds: readonly string[],
): Promise<Backup> {
  const rows = Object.entries(tables(userId, sessionIds)).map(
    ([table, isTheirs]) =>
      sql`${table}::text, (select coalesce(jsonb_agg(to_jsonb(t)), '[]') from ${sql.identifier(table)} t where ${isTheirs})`,
  );
  const [row] = await database.query<{ backup: Backup }>(
    sql`select jsonb_build_object('users', (select to_jsonb(u) from users u where id = ${userId}),
      ${sql.join(rows, sql`, `)}) as backup`,
    { repeatable: true },
  );
  if (!row) throw new Error('There is nothing to back up');
  return row.backup;
}

export async function restore(
  { dependencies: { database } }: Service,
  { userId }: Owner,
  sessionIds: readonly string[],
  backup: Backup,
): Promise<void> {
  const run = (statement: ReturnType<typeof sql>) => database.query(statement, { repeatable: false });
  const theirs = tables(userId, sessionIds);
  for (const [table, isTheirs] of Object.entries(theirs))
    await run(sql`delete from ${sql.identifier(table)} where ${isTheirs}`);
  for (const table of Object.keys(theirs)) {
    const name = sql.identifier(table);
    const names = await columnsOf(database, table);
    await run(
      sql`insert into ${name} (${names}) select ${names} from jsonb_populate_recordset(null::${name}, ${JSON.stringify(backup[table])}::jsonb)`,
    );
  }
  await run(
    sql`update users u set password_hash = b.password_hash, password_version = b.password_version, session_epoch = b.session_epoch
      from jsonb_populate_record(null::users, ${JSON.stringify(backup['users'])}::jsonb) b where u.id = ${userId}`,
  );
}

/** Those that are written, and not made of others. */
async function columnsOf(database: Service['dependencies']['database'], table: string) {
  const rows = await database.query<{ name: string }>(
    sql`select column_name as name from information_schema.columns
      where table_schema = 'public' and table_name = ${table} and is_generated = 'NEVER'`,
    { repeatable: true },
  );
  return sql.join(
    rows.map(({ name }) => sql.identifier(name)),
    sql`, `,
  );
}
