// The statements that gather all that is kept about a user: page by page, so that its size can fail none of them.

import { sql } from 'drizzle-orm/sql/sql';
import { targetHash, targetHashesOf } from '../../authentication/attempts.ts';
import type { Database } from '../../database/client.ts';
import { isByOperator } from '../../database/security-events.ts';
import type { Caller } from '../../sessions/active-caller.ts';
import { type PagedTable, type RowPage, readRowPages, rowPageOf } from './row-pages-statements.ts';

/** The user as JSON text, and the first page of each table; nothing when the caller's session has ended. */
export async function beginExport(
  database: Database,
  caller: Caller,
): Promise<{ readonly user: string; readonly pages: ReadonlyMap<PagedTable, RowPage> } | undefined> {
  const tables = exportedTables();
  const [user, ...rows] = await readRowPages(database, caller, {
    user: exportedUser(),
    tables: tables.map((table) => ({ table, after: null })),
  });
  if (!user) return undefined;
  const pages = tables.map((table, part) => [table, rowPageOf(rows, part)] as const);
  return { user: user.row ?? '', pages: new Map(pages) };
}

/** The page of a table that begins after a key; nothing when the caller's session has ended. */
export async function continueExport(
  database: Database,
  caller: Caller,
  { table, after }: { readonly table: PagedTable; readonly after: string },
): Promise<RowPage | undefined> {
  const [lives, ...rows] = await readRowPages(database, caller, {
    user: sql`null::text`,
    tables: [{ table, after }],
  });
  return lives && rowPageOf(rows, 0);
}

const shown = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;

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

/** A table whose rows say themselves whose they are, and have an id. */
function owned(name: string, columns: string, owner = 'user_id'): PagedTable {
  const rows = sql.raw(`${name} t where t.${owner} = u.id`);
  return { name, rows, key: 't.id', keyType: 'uuid', columns };
}

/** The user's own row, as JSON text. */
const exportedUser = () =>
  sql.raw(`(
  select row_to_json(c) from (select t.id, t.email, t.name, t.photo, t.locale, t.role, t.provider, t.is_guest, t.metadata,
    t.app_metadata, t.external_id, t.password_hash is not null as has_password,
    ${times('email_verified_at', 'created_at', 'updated_at')} from users t where t.id = u.id) c)::text`);

const byOperator = isByOperator('t');

/** What is kept about a user, but for hashes: they say nothing about the person. */
const exportedTables = (): readonly PagedTable[] => [
  owned(
    'sessions',
    `t.id, t.device_name, t.user_agent, t.ip, t.network, t.device_id, t.dpop_jkt, t.dpop_mode,
      t.dpop_jkt is not null as device_bound, t.amr, t.acr, t.idp, t.is_guest, t.end_reason,
      ${times('created_at', 'ended_at', 'key_refused_at')}, ${hours('rotated_at as last_used_at', 'expires_at', 'auth_time')}`,
  ),
  owned(
    'security_events',
    // Of an operator's acts neither who, from where nor why: that is about somebody else, or for operators alone.
    `t.id, t.kind, t.count, t.session_id, t.request_id, case when not ${byOperator} then t.ip end as ip,
      case when not ${byOperator} then t.user_agent end as user_agent, ${byOperator} as by_operator, ${times('created_at')}`,
  ),
  owned('mails', `t.id, t.kind, t.details, ${times('created_at', 'sent_at', 'failed_at')}`),
  {
    name: 'login_attempts',
    rows: sql`login_attempts t where t.address_hash = any (array(${targetHashesOf({ userId: sql`u.id`, email: sql`u.email` })}))`,
    key: 't.address_hash',
    keyType: 'text',
    columns: `t.attempts, ${times('locked_until', 'expires_at')}`,
  },
  {
    name: 'revoked_tokens',
    rows: sql`sessions s join revoked_tokens t on t.jti = s.id || '.' || s.generation where s.user_id = u.id`,
    key: 't.jti',
    keyType: 'text',
    columns: `t.session_id, t.reason, ${times('revoked_at')}, ${hours('expires_at')}`,
  },
  {
    ...owned('email_grants', `t.purpose, t.email, ${times('expires_at', 'spent_at')}`),
    key: 't.purpose',
    keyType: 'text',
  },
  owned(
    'email_requests',
    `t.id, t.purpose, t.email, t.session_id, t.acr, t.device_id, t.name, t.photo, t.locale, t.metadata,
      ${times('created_at', 'expires_at', 'spent_at')}`,
  ),
  {
    name: 'mailed_grants',
    rows: sql`email_requests q join mailed_grants t on t.request_id = q.id where q.user_id = u.id`,
    key: 't.mail_id',
    keyType: 'uuid',
    columns: `t.mail_id, t.request_id, ${times('expires_at')}`,
  },
  {
    name: 'email_destinations',
    rows: sql`email_destinations t where t.address_hash = ${targetHash(sql`u.email`)}`,
    key: 't.counter',
    keyType: 'text',
    columns: `t.counter, t.mails, t.wrong_codes, t.alive, ${times('counted_since', 'mails_paid_until', 'expires_at')}`,
  },
  owned(
    'totp_secrets',
    `t.id, t.session_id, t.failures, 10 - length(replace(t.recovery_used::bit(10)::text, '0', '')) as recovery_codes_left,
      ${times('created_at', 'confirmed_at', 'removed_at', 'expires_at')}, ${hours('spent_at as last_used_at')}`,
  ),
  owned(
    'passkeys',
    `t.id, t.credential_id, t.public_key, t.rp_id, t.sign_count, t.backup_eligible, t.backed_up, t.transports, t.aaguid, t.name,
      ${times('created_at', 'removed_at', 'expires_at')}, ${hours('last_used_at')}`,
  ),
  owned(
    'identities',
    `t.id, t.provider, t.issuer, t.subject, t.client_id, ${times('created_at', 'removed_at', 'expires_at')}, ${hours('last_used_at')}`,
  ),
  owned(
    'auth_sessions',
    `t.id, t.amr, t.idp, t.device_id, t.tries, ${times('created_at', 'spent_at', 'expires_at')}`,
  ),
  owned('known_devices', `t.id, ${times('created_at', 'expires_at')}`),
  owned('posts', `t.id, t.title, t.content, t.image, ${times('created_at', 'updated_at')}`, 'author_id'),
];
