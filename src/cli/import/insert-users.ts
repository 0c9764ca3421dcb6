// A batch of users in one statement: whoever is there already stays as they are, so that a file can be imported twice.

import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import type { ImportedUser } from './read-user.ts';

const statement = `
  insert into users (id, email, email_verified_at, password_hash, name, photo, created_at, updated_at)
  select id, email, case when email_verified then $2::timestamptz end, password_hash, name, photo,
    coalesce(created_at, $2), $2
  from json_to_recordset($1::json) as imported(
    id uuid, email text, email_verified boolean, password_hash text, name text, photo text, created_at timestamptz)
  on conflict do nothing`;

/** @returns how many were not there before. */
export async function insertUsers(client: pg.Client, users: readonly ImportedUser[]): Promise<number> {
  if (users.length === 0) return 0;
  const rows = users.map((user) => ({ id: uuidv7(), ...user }));
  const { rowCount } = await client.query(statement, [JSON.stringify(rows), new Date().toISOString()]);
  return rowCount ?? 0;
}
