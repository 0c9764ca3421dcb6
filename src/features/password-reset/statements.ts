// The statements about a forgotten password.

import { sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../../database/client.ts';
import { type PresentedGrant, spendingOfGrant } from '../../database/email-grants.ts';
import { forgettingOfAttempts } from '../../database/login-attempts.ts';
import { mailIsWelcome, queueingOfMail, queueingOfMailOrNot } from '../../database/mail-queue.ts';
import { type RequestOrigin, recordingOfEvent } from '../../database/security-events.ts';
import { endingOfSessions } from '../../database/session-endings.ts';

/** Queues a reset mail if somebody has the address; does nothing otherwise, and tells nobody which. */
export async function queuePasswordReset(
  database: Database,
  { email, mailId, now }: { email: string; mailId: string; now: Date },
): Promise<void> {
  await database.query(
    queueingOfMailOrNot({
      mailId,
      kind: 'reset-password',
      to: sql`
        select u.id as user_id, null::jsonb as details from users u
        where u.email = ${email} and ${mailIsWelcome({ userId: sql`u.id`, kind: 'reset-password', now })}`,
      now,
    }),
    { repeatable: true },
  );
}

/**
 * Spends the grant for a new password. Whoever reads the account's mail has it to themselves from then on: every session
 * ends, the address is verified, a change of the address under way is off (its mail is of an earlier epoch), and the
 * login's pause is over.
 *
 * @returns whether the grant was good.
 */
export async function resetPassword(
  database: Database,
  presented: PresentedGrant,
  reset: {
    readonly passwordHash: string;
    readonly origin: RequestOrigin;
    readonly eventId: string;
    readonly mailId: string;
    readonly now: Date;
  },
): Promise<boolean> {
  const { now } = reset;
  const time = now.toISOString();
  const owners = await database.query(
    sql`
      with ${spendingOfGrant(presented, { purposes: ['reset-password'], now })},
      owner as (
        update users u
        set password_hash = ${reset.passwordHash}, session_epoch = u.session_epoch + 1,
          email_verified_at = coalesce(u.email_verified_at, ${time}), updated_at = ${time}
        from spent
        -- To another address the mail would prove nothing.
        where u.id = spent.user_id and u.email = spent.email
        returning u.id as user_id, u.email, null::uuid as session_id, null::jsonb as details
      ),
      ${endingOfSessions({ which: sql`s.user_id = (select user_id from owner)`, reason: 'password-reset', now })},
      forgotten as (
        ${forgettingOfAttempts(sql`(select email from owner)`)}
      ),
      recorded as (
        ${recordingOfEvent({ ...reset, kind: 'password-reset', of: sql`select user_id, session_id from owner` })}
      ),
      told as (
        ${queueingOfMail({ ...reset, kind: 'password-changed', to: sql`select user_id, details from owner` })}
      )
      select from owner
      -- The same call once more, after an answer that was lost.
      union all select from security_events where id = ${reset.eventId}`,
    { repeatable: true },
  );
  return owners.length === 1;
}
