// The statement that gives an account another address.

import { sql } from 'drizzle-orm/sql/sql';
import { addressHash, grantPurposes, lockedDestination } from '../../authentication/destinations.ts';
import {
  type GrantResult,
  type Presentation,
  type PresentedGrant,
  presentedGrant,
  spentRequest,
} from '../../authentication/mailed-grants.ts';
import { isFreeAddress } from '../../authentication/requested-mail.ts';
import { type Database, DatabaseError } from '../../database/client.ts';
import { queuedMail } from '../../database/mail-queue.ts';
import { type RequestMetadata, recordedEvent } from '../../database/security-events.ts';
import { after } from '../../database/statement-parts.ts';
import { isActive, isOfEpoch } from '../../sessions/active-caller.ts';

/** SQLSTATE of a unique violation: somebody else has proven the address meanwhile. */
const uniqueViolation = '23505';

type Looking = Omit<Presentation, 'purposes' | 'use' | 'and' | 'mayTry'>;

/**
 * A condition on `r`, a change of address: its user has asked for no other since. The first may have been a slip, and
 * its mail lies in somebody else's inbox. That the other cannot be had makes no difference, or it would show; one's
 * own is no change.
 */
export const isLatest = sql`not exists (
    select from email_requests later join users u on u.id = later.user_id
    where later.user_id = r.user_id and later.purpose = 'change-email' and (later.created_at, later.id) > (r.created_at, r.id)
      and later.address_hash is distinct from ${addressHash(sql`u.email`)})`;

/**
 * Uses the grant of a change of address: the address it was sent to is then the user's own, and theirs alone. It is
 * worth something as long as the session that asked for it lives; a code only from within that session. The address
 * that is left, where there was one, is told, and can be had back for a week.
 */
export async function confirmNewEmail(
  database: Database,
  presented: PresentedGrant,
  presentation: Looking & { readonly use: string; readonly sessionId: string | undefined },
  notice: { readonly noticeId: string; readonly origin: RequestMetadata },
): Promise<GrantResult | undefined> {
  const { now, use, sessionId } = presentation;
  const { noticeId } = notice;
  const time = sql`${now.toISOString()}::timestamptz`;
  const mayTry = sql`exists (
      select from sessions s join users u on u.id = s.user_id
      where s.id = r.session_id and s.user_id = r.user_id and ${isActive(now)}
    ) and (${'tokenHash' in presented}::boolean or r.session_id = ${sessionId ?? null}::uuid)`;
  const isFree = isFreeAddress(sql`r.email`, sql`r.address_hash`, now, sql`r.user_id`);
  try {
    const [verdict] = await database.query<GrantResult>(
      sql`
        with ${presentedGrant(presented, { ...presentation, purposes: ['change-email'], mayTry, and: sql`${isLatest} and ${isFree}` })},
        ${spentRequest(presentation)},
        -- An imported account with the new address, which nobody has proven, gives way.
        cleared as (
          delete from users u using spent
          where u.email = spent.email and u.id <> spent.user_id and u.email_verified_at is null
          returning 1
        ),
        previous as (
          select u.email, ${addressHash(sql`u.email`)} as address_hash from users u, spent where u.id = spent.user_id
        ),
        -- Lock order: the address before the user, as in every statement about an address.
        ${lockedDestination(sql`select address_hash from previous where email is not null`, now, 'previous_epoch')},
        changed as (
          -- The user's row, read anew, decides whether the session lives yet: a reset or an undo may have come first.
          update users u set email = spent.email, email_verified_at = ${time}, updated_at = ${time}
          from spent, previous left join previous_epoch on true, sessions s
          where u.id = spent.user_id and u.email is not distinct from previous.email and s.id = spent.session_id and ${isOfEpoch()}
            and ${after('cleared')}
          returning u.id as user_id, previous.email as old_email, u.email as new_email, previous.address_hash
        ),
        undo as (
          insert into email_requests (id, purpose, address_hash, email, user_id, session_id, acr, grant_epoch, created_at, expires_at)
          select ${noticeId}, 'undo-email-change', c.address_hash, c.old_email, c.user_id, spent.session_id, spent.acr, previous_epoch.grant_epoch,
            ${time}, ${time} + ${grantPurposes['undo-email-change'].seconds}::int * interval '1 second'
          from changed c, previous_epoch, spent
          on conflict (id) do nothing
        ),
        ${recordedEvent({
          eventId: use,
          kind: 'email-changed',
          of: sql`select c.user_id, spent.session_id from changed c, spent`,
          origin: notice.origin,
          now,
        })},
        ${queuedMail({
          mailId: noticeId,
          kind: 'email-changed',
          to: sql`
              select user_id, ${noticeId}::uuid as request_id,
                jsonb_build_object('new_email', new_email, 'code_length', 0) as details
              from changed where old_email is not null`,
          now,
        })}
        select case when v.outcome = 'right' and not exists (select from changed) then 'dead' else v.outcome end as outcome,
          v.attempts_left, v.user_id, (select wrong_codes from campaign) as campaign
        from verdict v`,
      { repeatable: true },
    );
    return verdict;
  } catch (error) {
    if (error instanceof DatabaseError && error.code === uniqueViolation) return undefined;
    throw error;
  }
}
