// A batch of users in one statement. Whoever is there already stays as they are, so that a file can be imported twice; or with
// `update` is mended, where nobody but an import has touched them.

import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { currentParameters, decoyHash, headerOf } from '../../passwords/argon2-string.ts';
import type { ImportedUser } from './read-user.ts';

/**
 * Nobody but an import has touched a row whose hash is not one that we make: a registration, a reset and a change write ours, and
 * so does the first sign-in; what an import writes for "no password" is one that nothing matches. Such a row is left alone all
 * the same once it has had a session (a password that bcrypt cut short keeps its hash), a proof, a role, or another change: an
 * import alone writes `email_verified_at` and `updated_at` as one moment.
 */
const isUntouched = `
  (u.password_hash not like $4 or u.password_hash = $5)
  and (u.email_verified_at is null or u.email_verified_at = u.updated_at) and u.role = 'user'
  and not exists (select from sessions s where s.user_id = u.id)
  and not exists (select from security_events e where e.user_id = u.id and e.kind in ('signed-in', 'email-verified'))`;

const statement = `
  with imported as materialized (
    select * from json_to_recordset($1::json) as imported(
      id uuid, email text, email_verified boolean, password_hash text, name text, photo text, created_at timestamptz)
  ),
  mended as (
    update users u
    set password_hash = i.password_hash, name = i.name, photo = i.photo, updated_at = $2,
      email_verified_at = case when i.email_verified then $2::timestamptz end,
      created_at = coalesce(i.created_at, u.created_at),
      -- A login that is checking the hash of before must not start a session by it.
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
  select (select count(*)::int from added) as added, (select count(*)::int from mended) as mended`;

/** @returns how many were not there before, and how many were and are as the file has them now. */
export async function writeUsers(
  client: pg.Client,
  users: readonly ImportedUser[],
  { update }: { update: boolean },
): Promise<{ added: number; mended: number }> {
  if (users.length === 0) return { added: 0, mended: 0 };
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
