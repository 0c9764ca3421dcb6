// The statement that searches for users. Each way of searching has its index (database/schema.ts).

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../database/client.ts';
import { isUuid } from '../encoding.ts';
import { actingOperator, type Operator } from './operator.ts';
import { type AdminUser, adminUser } from './shown-user.ts';

export const userStates = ['disabled', 'admin', 'unverified', 'guest'] as const;
export type UserState = (typeof userStates)[number];

/** Conditions on `u`. */
const isInState: Readonly<Record<UserState, SQL>> = {
  disabled: sql`u.disabled_at is not null`,
  admin: sql`u.role <> 'user'`,
  unverified: sql`u.email is not null and u.email_verified_at is null`,
  guest: sql`u.is_guest`,
};

/**
 * The users of a query: an id, of ours or of the system that they were imported from; `@domain`; the beginning of an address or of a
 * name. `offset 0`: PostgreSQL finds them all before it looks for the newest. Where it believes that there are many it would rather walk
 * through everybody, newest first, and it believes so of names that begin alike.
 */
function matching(query: string): SQL {
  const lower = query.toLowerCase().normalize('NFC');
  if (lower.startsWith('@'))
    return sql`(select * from users u where split_part(u.email, '@', 2) = ${lower.slice(1)})`;
  if (isUuid(lower)) return sql`(select * from users u where u.id = ${lower} or u.external_id = ${query})`;
  const beginning = (text: string) => `${text.replace(/[\\%_]/g, '\\$&')}%`;
  return sql`(
    select * from users u
    where u.external_id = ${query} or u.email like ${beginning(lower)} or lower(u.name) like lower(${beginning(query)})
    offset 0)`;
}

/** Up to `limit` users before `before`, newest first; nothing where the caller is no operator. */
export async function findUsers(
  database: Database,
  search: {
    readonly operator: Operator;
    readonly query?: string | undefined;
    readonly state?: UserState | undefined;
    readonly before: string;
    readonly limit: number;
  },
): Promise<AdminUser[] | undefined> {
  const { operator, query, state, before, limit } = search;
  const source = query ? matching(query) : sql`users`;
  const isWanted = state ? sql`and ${isInState[state]}` : sql``;
  const rows = await database.query<AdminUser | { id: null }>(
    sql`
      with ${actingOperator(operator)}
      select l.* from caller left join lateral (
        select ${adminUser} from (
          select * from ${source} u where u.id < ${before} ${isWanted} order by u.id desc limit ${limit}
        ) u
      ) l on true
      order by l.id desc`,
    { repeatable: true },
  );
  return rows.length === 0 ? undefined : rows.filter((row) => row.id !== null);
}
