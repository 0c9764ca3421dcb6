// The statement that gives an account back to the address that it had before.

import { sql } from 'drizzle-orm/sql/sql';
import { forgottenAttempts } from '../../authentication/attempts.ts';
import { grantPurposes, longCodeCharacters } from '../../authentication/destinations.ts';
import { type Database, DatabaseError } from '../../database/client.ts';
import { queuedMail } from '../../database/mail-queue.ts';
import { type RequestMetadata, recordedEvent } from '../../database/security-events.ts';
import { destinationKeptSeconds, idempotentCallSeconds } from '../../lifetimes.ts';
import { endedSessions } from '../../sessions/end.ts';

/** SQLSTATE of a unique violation: another account has the address. */
const uniqueViolation = '23505';

/**
 * Whatever came after the change: the address is back, every session has ended, no device is known, the password is
 * void until the reset that is mailed, younger undo links are dead, and so is every other grant of the address.
 *
 * @returns false when the link is used, too old, or none.
 */
export async function undoEmailChange(
  database: Database,
  undo: {
    readonly tokenHash: string;
    readonly callHash: string | null;
    /** A hash that nothing matches. */
    readonly voidHash: string;
    readonly resetId: string;
    readonly eventId: string;
    readonly origin: RequestMetadata;
    readonly now: Date;
  },
): Promise<boolean> {
  const { now, resetId, eventId } = undo;
  const time = sql`${now.toISOString()}::timestamptz`;
  const { seconds } = grantPurposes['reset-password'];
  try {
    const rows = await database.query(
      sql`
        with asked as (
          select r.id, r.address_hash from email_requests r join mailed_grants g on g.request_id = r.id
          where g.token_hash = ${undo.tokenHash} and g.expires_at > ${time} and r.purpose = 'undo-email-change'
        ),
        -- Locked first, as by every statement about the address, and counted on only where the link is used: pressed once more, it
        -- must not end the reset that was mailed. The row is kept for as long as the link.
        destination as (
          select d.address_hash from email_destinations d join asked on asked.address_hash = d.address_hash
          where d.counter = '' for update of d
        ),
        account as (
          select u.id from users u join email_requests r on r.user_id = u.id join asked on asked.id = r.id join destination on true
          for no key update of u
        ),
        request as (
          -- Locked, and so read anew: whoever was waited for may have used it, or an older one.
          select r.*, coalesce(r.spent_call = any(array[${undo.callHash}, ${eventId}]::text[])
              and r.spent_at > ${time} - ${idempotentCallSeconds}::int * interval '1 second', false) as is_repeat
          from email_requests r join asked on asked.id = r.id join account on account.id = r.user_id for update of r
        ),
        owner as (
          update users u
          set email = request.email, email_verified_at = ${time}, password_hash = ${undo.voidHash},
            password_version = u.password_version + 1, session_epoch = u.session_epoch + 1, failed_sign_ins = 0,
            updated_at = ${time}
          from request
          where u.id = request.user_id and request.spent_at is null and request.expires_at > ${time}
          returning u.id as user_id, u.email, null::uuid as session_id, request.created_at, request.address_hash
        ),
        epoch as (
          update email_destinations d
          set grant_epoch = d.grant_epoch + 1, expires_at = ${time} + ${destinationKeptSeconds}::int * interval '1 second'
          from owner where d.address_hash = owner.address_hash and d.counter = ''
          returning d.address_hash, d.grant_epoch
        ),
        spent as (
          update email_requests r
          set spent_at = ${time}, spent_call = ${undo.callHash ?? eventId}
          from owner
          where r.user_id = owner.user_id and r.purpose = 'undo-email-change' and r.created_at >= owner.created_at
            and r.spent_at is null
        ),
        ${endedSessions({ which: sql`s.user_id = (select user_id from owner)`, reason: 'email-change-undone', now })},
        forgotten_devices as (delete from known_devices where user_id = (select user_id from owner)),
        ${forgottenAttempts(sql`(select email from owner)`)},
        ${recordedEvent({ ...undo, kind: 'email-change-undone', of: sql`select user_id, session_id from owner` })},
        reset as (
          insert into email_requests (id, purpose, address_hash, email, user_id, grant_epoch, created_at, expires_at)
          select ${resetId}, 'reset-password', epoch.address_hash, owner.email, owner.user_id, epoch.grant_epoch, ${time},
            ${time} + ${seconds}::int * interval '1 second'
          from owner, epoch
          on conflict (id) do nothing
        ),
        ${queuedMail({
          mailId: resetId,
          kind: 'email-change-undone',
          to: sql`
              select user_id, ${resetId}::uuid as request_id,
                jsonb_build_object('code_length', ${longCodeCharacters}::int) as details
              from owner`,
          now,
        })}
        select from owner union all select from request where is_repeat`,
      { repeatable: true },
    );
    return rows.length === 1;
  } catch (error) {
    if (error instanceof DatabaseError && error.code === uniqueViolation) return false;
    throw error;
  }
}
