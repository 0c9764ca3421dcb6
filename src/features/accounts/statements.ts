// The statements about users.

import { sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../../database/client.ts';
import { type Caller, livingCaller } from '../../database/living-caller.ts';
import { mailIsWelcome, queueingOfMail } from '../../database/mail-queue.ts';

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

/**
 * Registers somebody, and queues the mail that this causes: a verification, or, where a verified user has the address,
 * word to that user. The caller learns nothing: whoever asks must not either.
 *
 * An address that nobody verified belongs to nobody yet: the latest registration replaces the earlier one. Otherwise a
 * stranger could register it first and wait for its owner to verify the stranger's password. Nor does the mail of the
 * earlier one verify the later: the epoch that a mail carries is then behind the user's.
 */
export async function registerUser(
  database: Database,
  registration: {
    readonly userId: string;
    readonly email: string;
    readonly passwordHash: string;
    readonly name: string;
    readonly photo: string | null;
    readonly mailId: string;
    readonly now: Date;
  },
): Promise<void> {
  const now = registration.now.toISOString();
  const kind = sql`(select case when email_verified_at is null then 'verify-email' else 'address-taken' end from owner)`;
  await database.query(
    sql`
      with owner as (
        insert into users (id, email, password_hash, name, photo, created_at, updated_at)
        values (${registration.userId}, ${registration.email}, ${registration.passwordHash}, ${registration.name},
          ${registration.photo}, ${now}, ${now})
        on conflict (email) do update set
          password_hash = case when users.email_verified_at is null then excluded.password_hash else users.password_hash end,
          name = case when users.email_verified_at is null then excluded.name else users.name end,
          photo = case when users.email_verified_at is null then excluded.photo else users.photo end,
          -- The same call once more, after an answer that was lost, has the same hash and is no other registration.
          session_epoch = users.session_epoch
            + (users.email_verified_at is null and users.password_hash <> excluded.password_hash)::int
        returning id, email_verified_at, session_epoch
      )
      ${queueingOfMail({
        ...registration,
        kind,
        to: sql`
          select owner.id as user_id, jsonb_build_object('epoch', owner.session_epoch) as details from owner
          where ${mailIsWelcome({ userId: sql`owner.id`, kind, now: registration.now })}`,
      })}`,
    { repeatable: true },
  );
}

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
  /** How often within the hour: guesses are counted in one event. */
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
