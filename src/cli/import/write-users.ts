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
 * undo, which ends every session. What operators did is in the security log.
 */
const isUntouched = `
  (u.password_hash is null or u.password_hash not like $4 or u.password_hash = $5) and u.session_epoch = 0 and u.factors_version = 0
  and (u.email_verified_at is null or u.email_verified_at = u.updated_at) and u.role = 'user'
  and not exists (select from sessions s where s.user_id = u.id)
  and not exists (
    select from security_events e where e.user_id = u.id
      and e.kind in ('signed-in', 'email-verified', 'account-disabled', 'account-enabled', 'app-metadata-changed'))`;

export const importedAsDisabled = 'imported as disabled';

/**
 * `identified`: with the id that the file has for a user, where it is a UUID and nobody else's; or else with one of ours, and the file's as
 * the external id. `clashing`: somebody else has that external id. `updated` disables and never enables, and leaves alone what the
 * file says nothing of.
 */
const statement = `
  with imported as materialized (
    select * from json_to_recordset($1::json) as imported(
      line int, new_id uuid, own_id uuid, external_id text, email text, email_verified boolean, password_hash text, name text, photo text, locale text,
      created_at timestamptz, disabled boolean, metadata jsonb, app_metadata jsonb)
  ),
  identified as materialized (
    select i.*, u.id is not null as is_there,
      case when i.own_id is null or taken.id is not null then i.new_id else i.own_id end as id,
      -- Who is there keeps the id, so that an application still finds them by the one that it knows.
      coalesce(i.external_id, case when u.id <> i.own_id or (u.id is null and taken.id is not null) then i.own_id::text end) as known_as
    from imported i left join users u on u.email = i.email left join users taken on taken.id = i.own_id
  ),
  clashing as (
    select i.line from identified i join users u on u.external_id = i.known_as and u.email is distinct from i.email
    where $3::boolean or not i.is_there
  ),
  updated as (
    update users u
    set password_hash = i.password_hash, name = i.name, photo = i.photo, locale = coalesce(i.locale, u.locale), updated_at = $2,
      email_verified_at = case when i.email_verified then $2::timestamptz end,
      created_at = coalesce(i.created_at, u.created_at),
      external_id = coalesce(i.known_as, u.external_id),
      disabled_at = coalesce(u.disabled_at, case when i.disabled then $2::timestamptz end),
      disabled_reason = case when u.disabled_at is not null then u.disabled_reason when i.disabled then $6 end,
      metadata = coalesce(i.metadata, u.metadata), app_metadata = coalesce(i.app_metadata, u.app_metadata),
      -- Race: a login that is verifying the previous hash must not start a session with it.
      password_version = u.password_version + 1
    from identified i
    where $3::boolean and u.email = i.email and i.line not in (select line from clashing) and ${isUntouched}
      and (u.password_hash, u.name, u.photo, u.locale, u.email_verified_at is not null, u.created_at, u.external_id, u.disabled_at is not null,
          u.metadata, u.app_metadata) is distinct from
        (i.password_hash, i.name, i.photo, coalesce(i.locale, u.locale), i.email_verified, coalesce(i.created_at, u.created_at), coalesce(i.known_as, u.external_id),
          u.disabled_at is not null or i.disabled, coalesce(i.metadata, u.metadata), coalesce(i.app_metadata, u.app_metadata))
    returning 1
  ),
  added as (
    insert into users (id, external_id, email, email_verified_at, password_hash, name, photo, locale, created_at, updated_at, disabled_at,
      disabled_reason, metadata, app_metadata)
    select id, known_as, email, case when email_verified then $2::timestamptz end, password_hash, name, photo, locale, coalesce(created_at, $2), $2,
      case when disabled then $2::timestamptz end, case when disabled then $6 end, coalesce(metadata, '{}'), coalesce(app_metadata, '{}')
    from identified where not is_there and line not in (select line from clashing)
    on conflict do nothing
    returning email
  )
  select (select count(*)::int from added) as added, (select count(*)::int from updated) as updated,
    array(select line from clashing order by line) as clashing`;

/** @returns how many users were added, and how many existing ones were updated; and the lines of those whom it cannot take. */
export async function writeUsers(
  client: pg.Client,
  users: readonly (ImportedUser & { readonly line: number })[],
  { update }: { update: boolean },
): Promise<{ added: number; updated: number; clashing: readonly number[] }> {
  if (users.length === 0) return { added: 0, updated: 0, clashing: [] };
  const rows = JSON.stringify(users.map((user) => ({ new_id: uuidv7(), ...user })));
  const ours = `${headerOf(currentParameters)}%`;
  const { rows: counts } = await client.query(statement, [
    rows,
    new Date().toISOString(),
    update,
    ours,
    decoyHash(),
    importedAsDisabled,
  ]);
  return counts[0];
}
