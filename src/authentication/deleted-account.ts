// What goes with an account when it is deleted, whoever has it deleted.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { queuedMail } from '../database/mail-queue.ts';
import { revokedProviderTokens } from '../database/provider-calls.ts';
import { after } from '../database/statement-parts.ts';
import { targetHashesOf } from './attempts.ts';
import { addressHash } from './destinations.ts';

/**
 * A common table expression `destination`. Lock order: the address before the user, as in every statement about an address, so that
 * the part that locks the user asks for `after('destination')`. A mailed code that is used at this moment is waited for, or
 * finds nothing.
 *
 * @param of a query that gives the `email` of the user.
 */
export function lockedAddress(of: SQL): SQL {
  return sql`
    destination as (
      select d.address_hash
      from (${of}) o join email_destinations d on d.address_hash = ${addressHash(sql`o.email`)} and d.counter = ''
      for update of d
    )`;
}

/**
 * Common table expressions `last_tokens`, `revocation`, `deleted`, `forgotten`, `emptied` and `queued`: the users of `of` are
 * deleted with all that hangs on them. They follow `ended` (sessions/end.ts), which ends their sessions: their tokens are in the
 * revocation list first, where nothing names the person.
 *
 * @param of the name of a common table expression with `id`, `email` and `name` of one user, or none, whose row is locked.
 */
export function deletedAccount(
  of: string,
  { mailId, now }: { readonly mailId: string; readonly now: Date },
): SQL {
  const owner = sql.raw(of);
  return sql`
    ${revokedProviderTokens(sql`select i.id from identities i join ${owner} o on o.id = i.user_id`, now)},
    deleted as (
      delete from users u using ${owner} o where u.id = o.id
        -- Their sessions have to be there to be ended, and their tokens to be revoked.
        and ${after('ended')} and ${after('revocation')}
      returning u.id, u.email, u.name, u.locale
    ),
    forgotten as (
      delete from login_attempts where address_hash = any (array(
        select hash from deleted d
        cross join lateral (${targetHashesOf({ userId: sql`d.id`, email: sql`d.email` })}) of_theirs (hash)
      ))
    ),
    -- Registrations and sign-ins by code with the address are of no account: they are over, and what was typed at them is gone. Their handles stay,
    -- or whoever holds one could tell.
    emptied as (
      update email_requests r
      set email = null, name = null, photo = null, locale = null, metadata = null, spent_at = coalesce(r.spent_at, ${now.toISOString()})
      from deleted d
      where r.address_hash = ${addressHash(sql`d.email`)} and r.purpose in ('register', 'sign-in') and r.user_id is null
    ),
    ${queuedMail({
      mailId,
      kind: 'account-deleted',
      // Nobody's mail any more: it has to say itself where it goes and to whom.
      to: sql`
        select null::uuid as user_id, d.email as recipient, jsonb_build_object('name', d.name, 'locale', d.locale) as details
        from deleted d where d.email is not null`,
      now,
    })}`;
}
