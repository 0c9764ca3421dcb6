// The statements about users.

import { sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../../database/client.ts';
import { type Caller, livingCaller } from '../../database/living-caller.ts';

/** A user as the API shows it; RFC 3339 times. */
export type User = {
  readonly id: string;
  readonly email: string;
  readonly email_verified: boolean;
  readonly name: string;
  readonly photo: string | null;
  readonly role: string;
  readonly provider: string;
  readonly created_at: string;
  readonly updated_at: string;
};

/** The columns of a user as the API shows it. */
const shownUser = sql.raw(`
  u.id, u.email, u.email_verified_at is not null as email_verified, u.name, u.photo, u.role, u.provider,
  u.created_at, u.updated_at`);

/** The user who calls; nothing when the caller's session has ended. */
export async function readUser(database: Database, caller: Caller): Promise<User | undefined> {
  const [user] = await database.query<User>(
    sql`
      with ${livingCaller(caller)}
      select ${shownUser} from users u join caller on caller.user_id = u.id`,
    { repeatable: true },
  );
  return user;
}

/** Changes what is given; nothing when the caller's session has ended. */
export async function changeUser(
  database: Database,
  change: Caller & { readonly name: string | undefined; readonly photo: string | null | undefined },
): Promise<User | undefined> {
  const [user] = await database.query<User>(
    sql`
      with ${livingCaller(change)}
      update users u
      set name = coalesce(${change.name ?? null}, u.name),
        photo = case when ${change.photo === undefined} then u.photo else ${change.photo ?? null} end,
        updated_at = ${change.now.toISOString()}
      from caller where u.id = caller.user_id
      returning ${shownUser}`,
    { repeatable: true },
  );
  return user;
}

/** An event of the security log as its owner reads it; RFC 3339 times. */
export type SecurityEvent = {
  readonly id: string;
  readonly kind: string;
  readonly session_id: string | null;
  readonly ip: string | null;
  readonly user_agent: string | null;
  /** How often within the hour that begins at `created_at`; 1 for what is not counted by the hour. */
  readonly count: number;
  /** Of the request that caused it, as its answer named it. */
  readonly request_id: string | null;
  readonly created_at: string;
};

/** Up to `limit` events of the user who calls before `before`, newest first; nothing when the caller's session has ended. */
export async function listSecurityEvents(
  database: Database,
  list: Caller & { readonly before: string; readonly limit: number },
): Promise<SecurityEvent[] | undefined> {
  const rows = await database.query<SecurityEvent | { id: null }>(
    sql`
      with ${livingCaller(list)}
      select e.* from caller left join lateral (
        select id, kind, session_id, ip, user_agent, count, request_id, created_at from security_events
        where user_id = caller.user_id and id < ${list.before} order by id desc limit ${list.limit}
      ) e on true
      order by e.id desc`,
    { repeatable: true },
  );
  return rows.length === 0 ? undefined : rows.filter((row) => row.id !== null);
}
