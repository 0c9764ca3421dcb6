// The statement that changes what operators alone write about a user.

import { sql } from 'drizzle-orm/sql/sql';
import { type Database, DatabaseError } from '../database/client.ts';
import { type Act, type Outcome, recordedAct, targetUser } from './operator.ts';
import { type AdminUser, adminUser } from './shown-user.ts';

export type ChangedMetadata =
  | { readonly outcome: Exclude<Outcome, 'done'> | 'too-large' }
  | { readonly outcome: 'done'; readonly user: AdminUser };

/**
 * Keys that are given replace, and a key whose value is `null` goes. Two changes at once of different keys are both there afterwards.
 *
 * @param act.metadata JSON that Postgres takes (http/metadata-field.ts).
 */
export async function changeAppMetadata(
  database: Database,
  act: Act & { readonly userId: string; readonly metadata: Readonly<Record<string, unknown>> },
): Promise<ChangedMetadata> {
  const { metadata, now } = act;
  const gone = Object.keys(metadata).filter((key) => metadata[key] === null);
  const merged = sql`((u.app_metadata || ${JSON.stringify(metadata)}::jsonb) - ${sql.param(gone)}::text[])`;
  try {
    const [row] = await database.query<AdminUser & { outcome: Outcome; is_changed: boolean }>(
      sql`
        with ${targetUser(act)},
        changed as (
          update users u
          set app_metadata = ${merged},
            updated_at = case when u.app_metadata = ${merged} then u.updated_at else ${now.toISOString()} end
          from target t where u.id = t.id
          returning ${adminUser}, u.app_metadata <> t.app_metadata as is_changed
        ),
        ${recordedAct(
          act,
          'app-metadata-changed',
          sql`
            select id as user_id, null::uuid as session_id, jsonb_build_object('keys', ${JSON.stringify(Object.keys(metadata))}::jsonb) as details
            from changed where is_changed`,
        )}
        select case when f.id is null then 'not-found' when f.is_within_reach then 'done' else 'is-admin' end as outcome, changed.*
        from caller left join found f on true left join changed on true`,
      { repeatable: true },
    );
    if (!row) return { outcome: 'no-operator' };
    const { outcome, is_changed, ...user } = row;
    return outcome === 'done' ? { outcome, user } : { outcome };
  } catch (error) {
    if (error instanceof DatabaseError && error.constraint === 'users_app_metadata')
      return { outcome: 'too-large' };
    throw error;
  }
}
