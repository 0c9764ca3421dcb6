// The statements about what an account is opened with. Each holds the version of the password that was checked as a condition,
// and that the caller's session still lives: checking took a while.

import { sql } from 'drizzle-orm/sql/sql';
import {
  type AskedMail,
  type Asking,
  askedMail,
  askedOutcome,
  isHeldForUndo,
} from '../../database/asked-mail.ts';
import type { Database } from '../../database/client.ts';
import { addressHash, noticeAllowance } from '../../database/destinations.ts';
import { type Caller, livingCaller } from '../../database/living-caller.ts';
import { forgettingOfAttempts, sessionAsTarget, targetHashesOf } from '../../database/login-attempts.ts';
import { queueingOfMail } from '../../database/mail-queue.ts';
import { type RequestOrigin, recordingOfEvent } from '../../database/security-events.ts';
import { endingOfSessions } from '../../database/session-endings.ts';
import { recentSignInSeconds } from '../../lifetimes.ts';

type Confirmed = Caller & {
  readonly passwordVersion: number;
  readonly origin: RequestOrigin;
  readonly eventId: string;
};

/**
 * Queues two mails: to the new address one that confirms it, to the present one word of it. To an address that somebody has proven
 * already nothing is sent, and nobody is told; one's own address is no change. The request dies with the caller's session.
 *
 * @returns nothing when the password was changed, or the caller's session has ended meanwhile.
 */
export async function requestEmailChange(
  database: Database,
  change: Confirmed &
    Asking & {
      readonly newEmail: string;
      readonly noticeId: string;
    },
): Promise<AskedMail | undefined> {
  const { newEmail, noticeId, now } = change;
  const isFree = sql`not exists (select from users t where t.email = ${newEmail} and t.email_verified_at is not null)
    and not ${isHeldForUndo(addressHash(newEmail), now, sql`owner.user_id`)}`;
  const [asked] = await database.query<AskedMail>(
    sql`
      with ${livingCaller(change)},
      owner as (
        select u.id as user_id, u.email from users u join caller on caller.user_id = u.id
        where u.password_version = ${change.passwordVersion}
      ),
      ${askedMail(
        sql`
          select ${newEmail}::text as email, 'stranger' as counter, case when ${isFree} then 'confirm-new-email' end as kind,
            true as has_grant, owner.user_id, null::text as recipient, owner.user_id as owner_id,
            ${change.sessionId}::uuid as session_id, null::text as name, null::text as photo
          from owner`,
        change,
      )},
      -- A repetition finds what the first call did.
      other as (select owner.* from owner, call where owner.email <> ${newEmail} and not call.is_repeat),
      notice as (${noticeAllowance(sql`select email, ${noticeId}::uuid as mail_id from other`, {
        kind: 'email-change-requested',
        now,
      })}),
      told as (
        ${queueingOfMail({
          mailId: noticeId,
          kind: 'email-change-requested',
          // By the time that the mail leaves, the account may have the other address.
          to: sql`
            select user_id, email as recipient, jsonb_build_object('new_email', ${newEmail}::text) as details
            from other, notice where notice.is_allowed`,
          now,
        })}
      ),
      recorded as (
        ${recordingOfEvent({
          ...change,
          kind: 'email-change-requested',
          of: sql`select user_id, ${change.sessionId}::uuid as session_id from other`,
        })}
      ),
      forgotten as (${forgettingOfAttempts(sessionAsTarget(change.sessionId))} and exists (select from owner))
      ${askedOutcome}`,
    { repeatable: true },
  );
  return asked;
}

/**
 * Deletes the user and all that hangs on them. The tokens of their sessions are in the revocation list first, where
 * nothing names the person.
 *
 * @param account with the version of the password that was checked, or without one: then the caller has to have signed in lately.
 */
export async function deleteAccount(
  database: Database,
  account: Caller & { readonly passwordVersion?: number; readonly mailId: string },
): Promise<'deleted' | 'unconfirmed' | 'caller-ended'> {
  const since = new Date(account.now.getTime() - recentSignInSeconds * 1000);
  const isConfirmed =
    account.passwordVersion === undefined
      ? sql`caller.signed_in_at >= ${since.toISOString()}`
      : sql`u.password_version = ${account.passwordVersion}`;
  const [row] = await database.query<{ outcome: 'deleted' | 'unconfirmed' }>(
    sql`
      with ${livingCaller(account)},
      owner as (
        select u.id, u.email, u.name from users u join caller on caller.user_id = u.id
        where u.session_epoch = caller.epoch and ${isConfirmed}
        -- Locked before its sessions, as every other statement does it, so that no two wait for each other.
        for update of u
      ),
      ${endingOfSessions({
        which: sql`s.user_id = (select id from owner)`,
        reason: 'account-deleted',
        now: account.now,
      })},
      deleted as (
        delete from users u using owner where u.id = owner.id
          -- Counted first, so that the sessions are still there to be ended.
          and (select count(*) from ended) >= 0
        returning u.id, u.email
      ),
      forgotten as (
        delete from login_attempts where address_hash = any (array(
          select hash from deleted d
          cross join lateral (${targetHashesOf({ userId: sql`d.id`, email: sql`d.email` })}) of_theirs (hash)
        ))
      ),
      -- Registrations with the address are of no account: they are over, and what was typed at them is gone. Their handles stay,
      -- or whoever holds one could tell.
      emptied as (
        update email_requests r
        set email = null, name = null, photo = null, spent_at = coalesce(r.spent_at, ${account.now.toISOString()})
        from deleted d
        where r.address_hash = ${addressHash(sql`d.email`)} and r.purpose = 'register'
      ),
      told as (
        ${queueingOfMail({
          mailId: account.mailId,
          kind: 'account-deleted',
          // Nobody's mail any more: it has to say itself where it goes and to whom.
          to: sql`
            select null::uuid as user_id, owner.email as recipient, jsonb_build_object('name', owner.name) as details
            from owner join deleted on deleted.id = owner.id`,
          now: account.now,
        })}
      )
      select case when exists (select from deleted) then 'deleted' else 'unconfirmed' end as outcome from caller`,
    { repeatable: false },
  );
  return row?.outcome ?? 'caller-ended';
}
