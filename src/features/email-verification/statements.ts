// The statements about proving that an address is one's own.

import { sql } from 'drizzle-orm/sql/sql';
import { type Database, DatabaseError } from '../../database/client.ts';
import { type GrantPurpose, type PresentedGrant, spendingOfGrant } from '../../database/email-grants.ts';
import { mailIsWelcome, queueingOfMail, queueingOfMailOrNot } from '../../database/mail-queue.ts';
import { type RequestOrigin, recordingOfEvent } from '../../database/security-events.ts';

/** What a grant that proves an address may be for: the one of a registration, or another one for an account. */
export const provingPurposes = ['verify-email', 'change-email'] as const satisfies readonly GrantPurpose[];

/** SQLSTATE of a unique violation: somebody else has proven the address meanwhile. */
const uniqueViolation = '23505';

/**
 * Spends the grant; the address it was sent to is then the user's own, and theirs alone: a registration with it that
 * nobody proved gives way. A mail proves what stood when it was caused: not a registration that replaced that one, and no
 * change of the address that was asked for before the password was changed or every session ended. An address that is left
 * is told.
 *
 * @returns nothing when the grant was no good.
 */
export async function verifyEmail(
  database: Database,
  presented: PresentedGrant,
  { origin, eventId, mailId, now }: { origin: RequestOrigin; eventId: string; mailId: string; now: Date },
): Promise<{ readonly mail_is_due: boolean } | undefined> {
  const time = now.toISOString();
  try {
    const [verified] = await database.query<{ mail_is_due: boolean }>(
      sql`
        with ${spendingOfGrant(presented, { purposes: provingPurposes, now })},
        cleared as (
          delete from users u using spent
          where u.email = spent.email and u.id <> spent.user_id and u.email_verified_at is null
          returning 1
        ),
        verified as (
          update users u
          set email = spent.email, email_verified_at = ${time}, updated_at = ${time}
          from spent join mails m on m.id = spent.mail_id
          where u.id = spent.user_id and u.session_epoch = (m.details ->> 'epoch')::int
            and (spent.purpose = 'change-email' or u.email = spent.email)
            -- Counted first, so that the address is free before it is taken.
            and (select count(*) from cleared) >= 0
          returning u.id as user_id, null::uuid as session_id, spent.purpose, m.details
        ),
        recorded as (
          ${recordingOfEvent({
            eventId,
            kind: sql`case e.purpose when 'change-email' then 'email-changed' else 'email-verified' end`,
            of: sql`select * from verified`,
            origin,
            now,
          })}
        ),
        told as (
          ${queueingOfMail({
            mailId,
            kind: 'email-changed',
            to: sql`select user_id, details - 'epoch' as details from verified where purpose = 'change-email'`,
            now,
          })}
          returning 1
        )
        select exists (select from told) as mail_is_due from verified
        -- The same call once more, after an answer that was lost.
        union all select false from security_events where id = ${eventId}`,
      { repeatable: true },
    );
    return verified;
  } catch (error) {
    if (error instanceof DatabaseError && error.code === uniqueViolation) return undefined;
    throw error;
  }
}

/** Queues another verification mail for an address that waits for one; does nothing for any other, and tells nobody which. */
export async function queueVerification(
  database: Database,
  { email, mailId, now }: { email: string; mailId: string; now: Date },
): Promise<void> {
  await database.query(
    queueingOfMailOrNot({
      mailId,
      kind: 'verify-email',
      to: sql`
        select u.id as user_id, jsonb_build_object('epoch', u.session_epoch) as details from users u
        where u.email = ${email} and u.email_verified_at is null
          and ${mailIsWelcome({ userId: sql`u.id`, kind: 'verify-email', now })}`,
      now,
    }),
    { repeatable: true },
  );
}
