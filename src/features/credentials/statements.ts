// The statements about what an account is opened with. Each holds the version of the password that was checked as a condition,
// and that the caller's session still lives: checking took a while.

import { sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../../database/client.ts';
import { type Caller, livingCaller } from '../../database/living-caller.ts';
import { forgettingOfAttempts, sessionAsTarget, targetHashesOf } from '../../database/login-attempts.ts';
import { mailIsWelcome, queueingOfMail } from '../../database/mail-queue.ts';
import { type RequestOrigin, recordingOfEvent } from '../../database/security-events.ts';
import { endingOfSessions } from '../../database/session-endings.ts';

type Confirmed = Caller & {
  readonly passwordVersion: number;
  readonly origin: RequestOrigin;
  readonly eventId: string;
};

/**
 * Queues two mails: to the new address one that confirms it, to the present one word of it. To an address that somebody
 * has proven already nothing is sent, and nobody is told.
 *
 * @returns false when the password was changed, or the caller's session has ended meanwhile.
 */
export async function requestEmailChange(
  database: Database,
  change: Confirmed & {
    readonly newEmail: string;
    readonly confirmationId: string;
    readonly noticeId: string;
  },
): Promise<boolean> {
  const { now } = change;
  // By the time that a mail leaves, the account may have another address and another epoch.
  const details = sql`
    jsonb_build_object('new_email', ${change.newEmail}::text, 'old_email', u.email, 'epoch', u.session_epoch)`;
  const owners = await database.query(
    sql`
      with ${livingCaller(change)},
      owner as (
        select u.id as user_id, ${change.sessionId}::uuid as session_id, ${details} as details
        from users u join caller on caller.user_id = u.id
        where u.password_version = ${change.passwordVersion}
      ),
      confirmed as (
        ${queueingOfMail({
          mailId: change.confirmationId,
          kind: 'confirm-new-email',
          to: sql`
            select user_id, details from owner
            where not exists (
              select from users t where t.email = ${change.newEmail} and t.email_verified_at is not null
            ) and ${mailIsWelcome({ userId: sql`owner.user_id`, kind: 'confirm-new-email', now })}`,
          now,
        })}
      ),
      told as (
        ${queueingOfMail({
          mailId: change.noticeId,
          kind: 'email-change-requested',
          to: sql`
            select user_id, details from owner
            where ${mailIsWelcome({ userId: sql`owner.user_id`, kind: 'email-change-requested', now })}`,
          now,
        })}
      ),
      recorded as (
        ${recordingOfEvent({ ...change, kind: 'email-change-requested', of: sql`select user_id, session_id from owner` })}
      ),
      forgotten as (${forgettingOfAttempts(sessionAsTarget(change.sessionId))} and exists (select from owner))
      select from owner`,
    { repeatable: true },
  );
  return owners.length === 1;
}

/**
 * Deletes the user and all that hangs on them. The tokens of their sessions are in the revocation list first, where
 * nothing names the person.
 *
 * @returns false when the password was changed, or the caller's session has ended meanwhile.
 */
export async function deleteAccount(
  database: Database,
  account: Omit<Confirmed, 'origin' | 'eventId'>,
): Promise<boolean> {
  const deleted = await database.query(
    sql`
      with ${livingCaller(account)},
      owner as (
        select u.id from users u join caller on caller.user_id = u.id
        where u.session_epoch = caller.epoch and u.password_version = ${account.passwordVersion}
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
      )
      select from deleted`,
    { repeatable: false },
  );
  return deleted.length === 1;
}
