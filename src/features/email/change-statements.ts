// The statement by which a user asks for another address. It holds the version of the password that was checked as a
// condition, and that the caller's session still lives: checking took a while.

import { sql } from 'drizzle-orm/sql/sql';
import { forgottenAttempts, sessionAsTarget } from '../../authentication/attempts.ts';
import { addressHash, noticeAllowance } from '../../authentication/destinations.ts';
import {
  isFreeAddress,
  type MailRequest,
  type RequestedMail,
  requestedMail,
  requestedMailOutcome,
} from '../../authentication/requested-mail.ts';
import type { Database } from '../../database/client.ts';
import { queuedMail } from '../../database/mail-queue.ts';
import { type RequestMetadata, recordedEvent } from '../../database/security-events.ts';
import { activeCaller, type Caller } from '../../sessions/active-caller.ts';

type Confirmed = Caller & {
  /** Where the password was checked. */
  readonly passwordVersion?: number;
  readonly origin: RequestMetadata;
  readonly eventId: string;
};

/**
 * Queues two mails: to the new address one that confirms it, to the present one word of it. To an address that
 * somebody has proven already nothing is sent, and nobody is told; one's own address is no change. The request dies
 * with the caller's session.
 *
 * @returns nothing when the password was changed, the caller's session has ended meanwhile, or its user is a guest.
 */
export async function requestEmailChange(
  database: Database,
  change: Confirmed &
    MailRequest & {
      readonly newEmail: string;
      readonly noticeId: string;
    },
): Promise<RequestedMail | undefined> {
  const { newEmail, noticeId, now, passwordVersion = null } = change;
  const isFree = isFreeAddress(sql`${newEmail}`, addressHash(newEmail), now, sql`owner.user_id`);
  const [asked] = await database.query<RequestedMail>(
    sql`
      with ${activeCaller(change, { usersLevel: true, noGuest: true })},
      owner as (
        select u.id as user_id, u.email from users u join caller on caller.user_id = u.id
        where u.password_version = coalesce(${passwordVersion}::int, u.password_version)
      ),
      ${requestedMail(
        sql`
          select ${newEmail}::text as email, 'stranger' as counter, case when ${isFree} then 'confirm-new-email' end as kind,
            true as has_grant, owner.user_id, null::text as recipient, owner.user_id as owner_id,
            ${change.sessionId}::uuid as session_id, ${change.level?.acr ?? null}::text as acr, null::text as name,
            null::text as photo
          from owner`,
        change,
      )},
      -- A repetition finds what the first call did.
      other as (select owner.* from owner, call where owner.email is distinct from ${newEmail} and not call.is_repeat),
      ${noticeAllowance(sql`select email, ${noticeId}::uuid as mail_id from other where email is not null`, {
        kind: 'email-change-requested',
        now,
      })},
      ${queuedMail({
        as: 'queued_notice',
        mailId: noticeId,
        kind: 'email-change-requested',
        // By the time that the mail leaves, the account may have the other address.
        to: sql`
            select user_id, email as recipient, jsonb_build_object('new_email', ${newEmail}::text) as details
            from other, notice where notice.is_allowed`,
        now,
      })},
      ${recordedEvent({
        ...change,
        kind: 'email-change-requested',
        of: sql`select user_id, ${change.sessionId}::uuid as session_id from other`,
      })},
      -- Whoever has not shown the password has not stopped guessing at it.
      ${forgottenAttempts(
        sessionAsTarget(change.sessionId),
        sql`exists (select from owner) and ${passwordVersion}::int is not null`,
      )}
      ${requestedMailOutcome}`,
    { repeatable: true },
  );
  return asked;
}
