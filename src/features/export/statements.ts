// The statement that gathers all that is kept about a user.

import { sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../../database/client.ts';
import { type Caller, livingCaller } from '../../database/living-caller.ts';
import { addressHash } from '../../database/login-attempts.ts';

/**
 * All that is kept about the user who calls, table by table, but for hashes: they say nothing about the person. Rows are
 * as Postgres writes them in JSON; nothing when the caller's session has ended.
 */
export async function exportUser(database: Database, caller: Caller): Promise<unknown> {
  const rowsOf = (columns: string, table: string, owner = 'user_id') =>
    sql.raw(
      `coalesce((select json_agg(r) from (select ${columns} from ${table} t where t.${owner} = u.id) r), '[]')`,
    );
  const [row] = await database.query<{ kept: unknown }>(
    sql`
      with ${livingCaller(caller)}
      select json_build_object(
        'user', json_build_object(
          'id', u.id, 'email', u.email, 'email_verified_at', u.email_verified_at, 'name', u.name, 'photo', u.photo,
          'role', u.role, 'provider', u.provider, 'created_at', u.created_at, 'updated_at', u.updated_at),
        'sessions', ${rowsOf(
          'id, device_name, user_agent, ip, created_at, rotated_at as last_used_at, expires_at, ended_at, end_reason',
          'sessions',
        )},
        'security_events', ${rowsOf('id, kind, session_id, ip, user_agent, created_at', 'security_events')},
        'mails', ${rowsOf('id, kind, details, created_at, sent_at, failed_at', 'mails')},
        'login_attempts', coalesce((
          select json_agg(a) from (
            select attempts, locked_until, expires_at from login_attempts
            where address_hash = ${addressHash(sql`u.email`)}
          ) a), '[]'),
        'revoked_tokens', coalesce((
          select json_agg(r) from (
            select r.session_id, r.reason, r.revoked_at, r.expires_at
            from sessions s join revoked_tokens r on r.jti = s.id || '.' || s.generation where s.user_id = u.id
          ) r), '[]'),
        'email_grants', ${rowsOf('purpose, email, expires_at, spent_at', 'email_grants')},
        'posts', ${rowsOf('id, title, content, image, created_at, updated_at', 'posts', 'author_id')}
      ) as kept
      from users u join caller on caller.user_id = u.id`,
    { repeatable: true },
  );
  return row?.kept;
}
