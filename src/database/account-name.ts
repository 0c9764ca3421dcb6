// What an account is called where its user has to tell it from another one of theirs: in an authenticator app, among passkeys.

import { sql } from 'drizzle-orm/sql/sql';

/** An expression over `u`, a user. Not every account has an address, or a name. */
export const accountName = sql`coalesce(u.email, nullif(u.name, ''), left(u.id::text, 8))`;
