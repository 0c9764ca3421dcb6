// The statements about users.

import { sql } from 'drizzle-orm/sql/sql';
import { type Database, DatabaseError } from '../../database/client.ts';
import { type Metadata, splitMetadata } from '../../http/metadata-field.ts';
import { activeCaller, type Caller } from '../../sessions/active-caller.ts';
import { type OwnIdentity, ownIdentities } from '../../sessions/own-identities.ts';

/** A user as the API shows it; RFC 3339 times. */
export type User = {
  readonly id: string;
  readonly email: string | null;
  readonly email_verified: boolean;
  readonly name: string;
  readonly photo: string | null;
  /** BCP 47, canonical; null where it is not known. */
  readonly locale: string | null;
  readonly role: string;
  readonly provider: string;
  readonly has_password: boolean;
  /** `totp`, where it is on. */
  readonly second_factors: readonly string[];
  /** How many there are. */
  readonly passkeys: number;
  /** Of providers, which open the account. */
  readonly identities: readonly OwnIdentity[];
  /** The user's own, and the operator's. */
  readonly metadata: Metadata;
  readonly app_metadata: Metadata;
  readonly created_at: string;
  readonly updated_at: string;
};

/** The columns of a user as the API shows it. */
const shownUser = sql`
  u.id, u.email, u.email_verified_at is not null as email_verified, u.name, u.photo, u.locale, u.role, u.provider,
  u.password_hash is not null as has_password, case when u.totp_id is null then '{}' else '{totp}' end::text[] as second_factors,
  u.passkey_count as passkeys, ${ownIdentities} as identities, u.metadata, u.app_metadata, u.created_at, u.updated_at`;

/** The user who calls; nothing when the caller's session has ended. */
export async function readUser(database: Database, caller: Caller): Promise<User | undefined> {
  const [user] = await database.query<User>(
    sql`
      with ${activeCaller(caller)}
      select ${shownUser} from users u join caller on caller.user_id = u.id`,
    { repeatable: true },
  );
  return user;
}

/**
 * Changes what is given; nothing when the caller's session has ended. Of `metadata` the first level is merged: a key that is given
 * takes the place of what was there, one that is `null` goes. READ COMMITTED: that of two calls at once the second finds what the first has left.
 */
export async function changeUser(
  database: Database,
  change: Caller & {
    readonly name: string | undefined;
    readonly photo: string | null | undefined;
    readonly locale: string | null | undefined;
    readonly metadata: Metadata | undefined;
  },
): Promise<User | 'too-large' | undefined> {
  const { set, removed } = splitMetadata(change.metadata ?? {});
  try {
    const [user] = await database.query<User>(
      sql`
        with ${activeCaller(change)}
        update users u
        set name = coalesce(${change.name ?? null}, u.name),
          photo = case when ${change.photo === undefined} then u.photo else ${change.photo ?? null} end,
          locale = case when ${change.locale === undefined} then u.locale else ${change.locale ?? null} end,
          metadata = (u.metadata || ${JSON.stringify(set)}::jsonb) - ${sql.param(removed)}::text[],
          updated_at = ${change.now.toISOString()}
        from caller where u.id = caller.user_id
        returning ${shownUser}`,
      { repeatable: true },
    );
    return user;
  } catch (error) {
    if (error instanceof DatabaseError && error.constraint === 'users_metadata') return 'too-large';
    throw error;
  }
}
