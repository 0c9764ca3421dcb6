// Whose account a proven address opens: that of whoever has proven it before; one that was imported, and becomes the prover's; or
// a new one.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { provenUser } from '../sessions/start.ts';
import type { SignInMethod } from '../sessions/state.ts';

/**
 * A common table expression (`provenUser`): the account that has proven the address, locked. READ COMMITTED: having waited, it is
 * asked again whether the address is theirs still.
 *
 * @param of a query that gives `email`, one row or none.
 */
export function addressOwner(as: string, of: SQL, method: SignInMethod): SQL {
  return sql`
    ${sql.raw(as)} as (
      select ${provenUser(method)} from users u join (${of}) o on o.email = u.email
      where u.email_verified_at is not null
      for no key update of u
    )`;
}

/**
 * A common table expression `made` (`provenUser`): a new account, where nobody has proven the address. None where somebody has at
 * this moment: then the statement has to be run again.
 *
 * Pre-hijacking: an imported account that nobody had proven becomes the prover's, and nothing of what was there opens it: neither
 * a password nor a session, and no rights: nor what may mean some, `app_metadata`. Only its id stays.
 *
 * @param of a query that gives `email` (null: the account has none), `name` and `locale` of whoever proves it; one row or none.
 */
export function madeAccount(
  of: SQL,
  {
    userId,
    provider,
    identityCount = 0,
    method,
    now,
  }: {
    readonly userId: string;
    /** By what it was made: `local`, or the name of an identity provider. */
    readonly provider: string;
    readonly identityCount?: number;
    readonly method: SignInMethod;
    readonly now: Date;
  },
): SQL {
  const time = sql`${now.toISOString()}::timestamptz`;
  return sql`
    made as (
      insert into users as u (id, email, email_verified_at, name, locale, provider, identity_count, created_at, updated_at)
      select ${userId}::uuid, o.email, case when o.email is not null then ${time} end, coalesce(o.name, ''), o.locale,
        ${provider}, ${identityCount}::int, ${time}, ${time}
      from (${of}) o
      on conflict (email) do update
      set email_verified_at = excluded.email_verified_at, password_hash = null, password_version = u.password_version + 1,
        session_epoch = u.session_epoch + 1, failed_sign_ins = 0, role = 'user', name = excluded.name, photo = null,
        locale = excluded.locale, metadata = '{}', app_metadata = '{}',
        provider = excluded.provider, identity_count = u.identity_count + excluded.identity_count, updated_at = excluded.updated_at
      where u.email_verified_at is null
      returning ${provenUser(method)}
    )`;
}
