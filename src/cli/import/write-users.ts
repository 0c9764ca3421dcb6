// Writes a batch of users in one statement. Idempotent: existing users are left as they are. With `update`, those
// that only an import has touched are updated.

import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { currentParameters, decoyHash, headerOf } from '../../passwords/argon2-string.ts';
import type { ImportedUser } from './read-user.ts';

/**
 * Only an import has touched the row. Its hash is not in our own format, which registration, reset, password change
 * and the first sign-in write; or there is none, for which earlier versions wrote the decoy. A row is also excluded
 * once it has had a session (a password that bcrypt truncated keeps its hash after a sign-in), a verified address, a
 * role, a factor, or another change: only an import sets `email_verified_at` and `updated_at` to the same time, but for an
 * undo, which ends every session.
 */
const isUntouched = `
  (u.password_hash is null or u.password_hash not like $4 or u.password_hash = $5) and u.session_epoch = 0 and u.factors_version = 0
  and (u.email_verified_at is null or u.email_verified_at = u.updated_at) and u.role = 'user'
  and not exists (select from sessions s where s.user_id = u.id)
  and not exists (select from security_events e where e.user_id = u.id and e.kind in ('signed-in', 'email-verified'))`;

const statement = `
  with imported as materialized (
    select * from json_to_recordset($1::json) as imported(
      id uuid, email text, email_verified boolean, password_hash text, name text, photo text, created_at timestamptz)
  ),
  updated as (
    update users u
    set password_hash = i.password_hash, name = i.name, photo = i.photo, updated_at = $2,
      email_verified_at = case when i.email_verified then $2::timestamptz end,
      created_at = coalesce(i.created_at, u.created_at),
      -- Race: a login that is verifying the previous hash must not start a session with it.
      password_version = u.password_version + 1
    from imported i
    where $3::boolean and u.email = i.email and ${isUntouched}
      and (u.password_hash, u.name, u.photo, u.email_verified_at is not null, u.created_at) is distinct from
        (i.password_hash, i.name, i.photo, i.email_verified, coalesce(i.created_at, u.created_at))
    returning 1
  ),
  added as (
    insert into users (id, email, email_verified_at, password_hash, name, photo, created_at, updated_at)
    select id, email, case when email_verified then $2::timestamptz end, password_hash, name, photo,
      coalesce(created_at, $2), $2
    from imported
    on conflict do nothing
    returning 1
  )
  select (select count(*)::int from added) as added, (select count(*)::int from updated) as updated`;

/** @returns how many users were added, and how many existing ones were updated. */
export async function writeUsers(
  client: pg.Client,
  users: readonly ImportedUser[],
  { update }: { update: boolean },
): Promise<{ added: number; updated: number }> {
  if (users.length === 0) return { added: 0, updated: 0 };
  const rows = JSON.stringify(users.map((user) => ({ id: uuidv7(), ...user })));
  const ours = `${headerOf(currentParameters)}%`;
  const { rows: counts } = await client.query(statement, [
    rows,
    new Date().toISOString(),
    update,
    ours,
    decoyHash(),
  ]);
  return counts[0];
}
