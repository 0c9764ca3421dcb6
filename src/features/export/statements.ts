// The statement that gathers all that is kept about a user.

import { sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../../database/client.ts';
import { type Caller, livingCaller } from '../../database/living-caller.ts';
import { targetHashesOf } from '../../database/login-attempts.ts';

/** Columns that are times, as the API shows them. What is further away than any time is none. */
const times = (...columns: string[]) =>
  columns.map((column) => `to_char(t.${column} at time zone 'UTC', ${shown}) as ${column}`).join(', ');

/** Likewise, by the hour: what tells when a session was refreshed. `column` or `column as name`. */
const hours = (...columns: string[]) =>
  columns
    .map((column) => column.split(' as '))
    .map(
      ([column, name = column]) =>
        `to_char(date_trunc('hour', t.${column} at time zone 'UTC'), ${shown}) as ${name}`,
    )
    .join(', ');

const shown = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;

/**
 * All that is kept about the user who calls, table by table, but for hashes: they say nothing about the person. Nothing when
 * the caller's session has ended.
 */
export async function exportUser(database: Database, caller: Caller): Promise<unknown> {
  // In an order of their own: that in which the rows lie tells which of them was written last.
  const rowsOf = (columns: string, table: string, { owner = 'user_id', by = 'id' } = {}) =>
    sql.raw(
      `coalesce((select json_agg(r order by r.${by}) from (select ${columns} from ${table} t where t.${owner} = u.id) r), '[]')`,
    );
  const [row] = await database.query<{ kept: unknown }>(
    sql`
      with ${livingCaller(caller)}
      select json_build_object(
        'user', (select row_to_json(r) from (select id, email, name, photo, role, provider,
          ${sql.raw(times('email_verified_at', 'created_at', 'updated_at'))} from users t where t.id = u.id) r),
        'sessions', ${rowsOf(
          `id, device_name, user_agent, ip, end_reason, ${times('created_at', 'ended_at')}, ${hours('rotated_at as last_used_at', 'expires_at')}`,
          'sessions',
        )},
        'security_events', ${rowsOf(`id, kind, session_id, ip, user_agent, ${times('created_at')}`, 'security_events')},
        'mails', ${rowsOf(`id, kind, details, ${times('created_at', 'sent_at', 'failed_at')}`, 'mails')},
        'login_attempts', coalesce((
          select json_agg(r) from (
            select attempts, ${sql.raw(times('locked_until', 'expires_at'))} from login_attempts t
            where address_hash = any (array(${targetHashesOf({ userId: sql`u.id`, email: sql`u.email` })}))
          ) r), '[]'),
        'revoked_tokens', coalesce((
          select json_agg(r) from (
            select t.session_id, t.reason, ${sql.raw(`${times('revoked_at')}, ${hours('expires_at')}`)}
            from sessions s join revoked_tokens t on t.jti = s.id || '.' || s.generation where s.user_id = u.id
          ) r), '[]'),
        'email_grants', ${rowsOf(`purpose, email, ${times('expires_at', 'spent_at')}`, 'email_grants', { by: 'purpose' })},
        'posts', ${rowsOf(`id, title, content, image, ${times('created_at', 'updated_at')}`, 'posts', { owner: 'author_id' })}
      ) as kept
      from users u join caller on caller.user_id = u.id`,
    { repeatable: true },
  );
  return row?.kept;
}
