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

/**
 * Registers somebody, and queues the mail that this causes: a verification, or, where a verified user has the address,
 * word to that user. The caller learns nothing: whoever asks must not either.
 *
 * An address that nobody verified belongs to nobody yet: the latest registration replaces the earlier one. Otherwise a
 * stranger could register it first and wait for its owner to verify the stranger's password.
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
  await database.query(
    sql`
      with owner as (
        insert into users (id, email, password_hash, name, photo, created_at, updated_at)
        values (${registration.userId}, ${registration.email}, ${registration.passwordHash}, ${registration.name},
          ${registration.photo}, ${now}, ${now})
        on conflict (email) do update set
          password_hash = case when users.email_verified_at is null then excluded.password_hash else users.password_hash end,
          name = case when users.email_verified_at is null then excluded.name else users.name end,
          photo = case when users.email_verified_at is null then excluded.photo else users.photo end
        returning id, email_verified_at
      )
      insert into mails (id, kind, user_id, created_at, due_at)
      select ${registration.mailId}, case when email_verified_at is null then 'verify-email' else 'address-taken' end,
        id, ${now}, ${now}
      from owner
      on conflict (id) do nothing`,
    { repeatable: true },
  );
}

/** The user who calls; nothing when the caller's session has ended. */
export async function readUser(database: Database, caller: Caller): Promise<User | undefined> {
  const [user] = await database.query<User>(
    sql`
      with ${livingCaller(caller)}
      select u.id, u.email, u.email_verified_at is not null as email_verified, u.name, u.photo, u.role, u.provider,
        u.created_at, u.updated_at
      from users u join caller on caller.user_id = u.id`,
    { repeatable: true },
  );
  return user;
}
