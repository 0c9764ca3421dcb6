// How an address is known in the table of login attempts: people who have no account never gave us theirs to keep.

import { type SQL, sql } from 'drizzle-orm/sql/sql';

/** SHA-256 in hexadecimal, of an address in SQL. */
export function addressHash(email: SQL): SQL {
  return sql`encode(sha256(convert_to(${email}, 'UTF8')), 'hex')`;
}

/** A statement, or the body of a common table expression: somebody has shown that the address's account is theirs. */
export function forgettingOfAttempts(email: SQL): SQL {
  return sql`delete from login_attempts where address_hash = ${addressHash(email)}`;
}
