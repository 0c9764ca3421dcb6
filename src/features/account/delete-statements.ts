// The statement that deletes an account.

import { sql } from 'drizzle-orm/sql/sql';
import { targetHashesOf } from '../../authentication/attempts.ts';
import { addressHash } from '../../authentication/destinations.ts';
import type { Database } from '../../database/client.ts';
import { queuedMail } from '../../database/mail-queue.ts';
import { after } from '../../database/statement-parts.ts';
import { activeCaller, type Caller, isOfEpoch } from '../../sessions/active-caller.ts';
import { endedSessions } from '../../sessions/end.ts';

/**
 * Deletes the user and all that hangs on them. The tokens of their sessions are in the revocation list first, where
 * nothing names the person.
 *
 * @param account with the version of the password, where that was checked.
 */
export async function deleteAccount(
  database: Database,
  account: Caller & { readonly passwordVersion?: number; readonly mailId: string },
): Promise<'deleted' | 'unconfirmed' | 'caller-ended'> {
  const { passwordVersion = null } = account;
  const [row] = await database.query<{ outcome: 'deleted' | 'unconfirmed' }>(
    sql`
      with ${activeCaller(account, { usersLevel: true })},
      -- Lock order: the address before the user, as in every statement about an address. A mailed code that is used at this moment is
      -- waited for, or finds nothing.
      destination as (
        select d.address_hash from caller join users u on u.id = caller.user_id
        join email_destinations d on d.address_hash = ${addressHash(sql`u.email`)} and d.counter = ''
        for update of d
      ),
      owner as (
        select u.id, u.email, u.name from users u join caller on caller.user_id = u.id
        where ${isOfEpoch({ session: 'caller' })} and u.password_version = coalesce(${passwordVersion}::int, u.password_version)
          and ${after('destination')}
        -- Lock order: the user before any session, as in every other statement, so that no two deadlock.
        for update of u
      ),
      ${endedSessions({
        which: sql`s.user_id = (select id from owner)`,
        reason: 'account-deleted',
        now: account.now,
      })},
      deleted as (
        delete from users u using owner where u.id = owner.id
          -- Their sessions have to be there to be ended.
          and ${after('ended')}
        returning u.id, u.email
      ),
      forgotten as (
        delete from login_attempts where address_hash = any (array(
          select hash from deleted d
          cross join lateral (${targetHashesOf({ userId: sql`d.id`, email: sql`d.email` })}) of_theirs (hash)
        ))
      ),
      -- Registrations and sign-ins by code with the address are of no account: they are over, and what was typed at them is gone.
      -- Their handles stay, or whoever holds one could tell.
      emptied as (
        update email_requests r
        set email = null, name = null, photo = null, spent_at = coalesce(r.spent_at, ${account.now.toISOString()})
        from deleted d
        where r.address_hash = ${addressHash(sql`d.email`)} and r.purpose in ('register', 'sign-in') and r.user_id is null
      ),
      ${queuedMail({
        mailId: account.mailId,
        kind: 'account-deleted',
        // Nobody's mail any more: it has to say itself where it goes and to whom.
        to: sql`
            select null::uuid as user_id, owner.email as recipient, jsonb_build_object('name', owner.name) as details
            from owner join deleted on deleted.id = owner.id where owner.email is not null`,
        now: account.now,
      })}
      select case when exists (select from deleted) then 'deleted' else 'unconfirmed' end as outcome from caller`,
    { repeatable: false },
  );
  return row?.outcome ?? 'caller-ended';
}
