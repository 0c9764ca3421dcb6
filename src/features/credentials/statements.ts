// The statements about what an account is opened with. Each holds the password hash that was checked as a condition.

import { sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../../database/client.ts';
import type { Caller } from '../../database/living-caller.ts';
import { forgettingOfAttempts } from '../../database/login-attempts.ts';
import { mailIsWelcome, queueingOfMail } from '../../database/mail-queue.ts';
import { type RequestOrigin, recordingOfEvent } from '../../database/security-events.ts';
import { endingOfSessions } from '../../database/session-endings.ts';

type Confirmed = Caller & {
  readonly checkedHash: string;
  readonly origin: RequestOrigin;
  readonly eventId: string;
};

/** Changes the password and ends every session but the caller's. @returns false when another change came first. */
export async function changePassword(
  database: Database,
  change: Confirmed & { readonly passwordHash: string; readonly mailId: string },
): Promise<boolean> {
  const { now } = change;
  const owners = await database.query(
    sql`
      with owner as (
        update users u
        set password_hash = ${change.passwordHash}, session_epoch = u.session_epoch + 1, updated_at = ${now.toISOString()}
        where u.id = ${change.userId} and u.password_hash = ${change.checkedHash}
        returning u.id as user_id, u.session_epoch, null::jsonb as details
      ),
      kept as (
        update sessions s set epoch = owner.session_epoch from owner
        where s.id = ${change.sessionId} and s.user_id = owner.user_id
      ),
      ${endingOfSessions({
        which: sql`s.user_id = (select user_id from owner) and s.id <> ${change.sessionId}`,
        reason: 'password-changed',
        now,
      })},
      recorded as (
        ${recordingOfEvent({
          ...change,
          kind: 'password-changed',
          of: sql`select user_id, ${change.sessionId}::uuid as session_id from owner`,
        })}
      ),
      told as (
        ${queueingOfMail({ ...change, kind: 'password-changed', to: sql`select user_id, details from owner` })}
      )
      select from owner`,
    { repeatable: false },
  );
  return owners.length === 1;
}

/**
 * Queues two mails: to the new address one that confirms it, to the present one word of it. To an address that somebody
 * has proven already nothing is sent, and nobody is told.
 *
 * @returns false when the password was changed meanwhile.
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
  const details = sql`jsonb_build_object('new_email', ${change.newEmail}::text, 'when', ${now.toISOString()}::text)`;
  const owners = await database.query(
    sql`
      with owner as (
        select u.id as user_id, ${change.sessionId}::uuid as session_id, ${details} as details from users u
        where u.id = ${change.userId} and u.password_hash = ${change.checkedHash}
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
      )
      select from owner`,
    { repeatable: true },
  );
  return owners.length === 1;
}

/**
 * Deletes the user and all that hangs on them. The tokens of their sessions are in the revocation list first, where
 * nothing names the person.
 *
 * @returns false when the password was changed meanwhile.
 */
export async function deleteAccount(
  database: Database,
  account: Omit<Confirmed, 'origin' | 'eventId'>,
): Promise<boolean> {
  const deleted = await database.query(
    sql`
      with ${endingOfSessions({
        which: sql`s.user_id = (
          select u.id from users u where u.id = ${account.userId} and u.password_hash = ${account.checkedHash}
        )`,
        reason: 'account-deleted',
        now: account.now,
      })},
      deleted as (
        delete from users u where u.id = ${account.userId} and u.password_hash = ${account.checkedHash}
          -- Counted first, so that the sessions are still there to be ended.
          and (select count(*) from ended) >= 0
        returning u.email
      ),
      forgotten as (
        ${forgettingOfAttempts(sql`(select email from deleted)`)}
      )
      select from deleted`,
    { repeatable: false },
  );
  return deleted.length === 1;
}
