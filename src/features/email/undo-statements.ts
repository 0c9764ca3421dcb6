// The statement that gives an account back as it was before a change of its address or of its factors.

import { sql } from 'drizzle-orm/sql/sql';
import { forgottenAttempts } from '../../authentication/attempts.ts';
import { grantPurposes, longCodeCharacters } from '../../authentication/destinations.ts';
import type { StoredFactor } from '../../authentication/second-factor.ts';
import { type Database, DatabaseError } from '../../database/client.ts';
import { queuedMail } from '../../database/mail-queue.ts';
import { type EventContext, recordedEvent } from '../../database/security-events.ts';
import { destinationKeptSeconds, idempotentCallSeconds, maximumFailedSignIns } from '../../lifetimes.ts';
import { endedSessions } from '../../sessions/end.ts';
import type { ShownFactor } from '../../sessions/second-factor.ts';
import { factorsBefore, isGood, restoredFactors } from './undo-factors-statements.ts';

/** Another account has the address. */
const takenAddress = 'users_email_key';

/** Another account has been given an identity at this moment: read again, it is theirs. */
const takenIdentity = 'identities_issuer_subject_key';

export type Undoing = EventContext & {
  readonly tokenHash: string;
  readonly callHash: string | null;
  readonly resetId: string;
  /** A code that is about to be looked at, by what the call is known by, repeated: it is counted first. */
  readonly tryOf?: string | undefined;
  /** The code, when it was right. */
  readonly shown?: ShownFactor | undefined;
};

export type Undo =
  | { readonly outcome: 'undone' | 'repeated' | 'dead' | 'overtaken' }
  | ({
      /** Nothing has changed: who asked for the change had shown a second factor. */
      readonly outcome: 'second-factor-required';
      readonly user_id: string;
      /** False after too many wrong codes: then none is looked at. */
      readonly may_try: boolean;
    } & StoredFactor);

/**
 * Whatever came after the change: the address is back, factors are as they were, every session has ended, no device is
 * known, there is no password until the reset that is mailed, younger undo links are dead, and so is every other grant of
 * the address.
 *
 * READ COMMITTED: a change of address or factors that this waited for has made rows that it does not see. The user's row
 * tells; then nothing is done, and it has to be run again (`overtaken`).
 */
export async function undoChange(database: Database, undo: Undoing): Promise<Undo> {
  const { now, resetId, eventId, shown, tryOf = null } = undo;
  const time = sql`${now.toISOString()}::timestamptz`;
  const { seconds } = grantPurposes['reset-password'];
  const call = undo.callHash ?? eventId;
  try {
    const [row] = await database.query<Undo>(
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
        -- As it is in what else this statement sees.
        seen as materialized (
          select u.id, u.email, u.factors_version from users u join email_requests r on r.user_id = u.id join asked on asked.id = r.id
        ),
        account as (
          select u.id from users u join seen on seen.id = u.id join destination on true
          where (u.email, u.factors_version) = (seen.email, seen.factors_version)
          for no key update of u
        ),
        request as (
          -- Locked, and so read anew: whoever was waited for may have used it, or an older one.
          select r.*, coalesce(r.spent_call = any(array[${undo.callHash}, ${eventId}]::text[])
              and r.spent_at > ${time} - ${idempotentCallSeconds}::int * interval '1 second', false) as is_repeat
          from email_requests r join asked on asked.id = r.id join account on account.id = r.user_id for update of r
        ),
        ${factorsBefore},
        verdict as (
          select r.*, s.id as totp_id, s.secret as totp_secret,
            coalesce(s.failures < ${maximumFailedSignIns} or r.last_call = ${tryOf}::text, false) as may_try,
            case
              when r.is_repeat then 'repeated'
              when r.spent_at is not null or r.expires_at <= ${time} then 'dead'
              when r.acr = 'aal2' and s.id is not null and not ${isGood(shown)} then 'second-factor-required'
              else 'undone'
            end as outcome
          from request r left join secret s on true
        ),
        tried as (
          update email_requests r set code_tries = r.code_tries + 1, last_call = ${tryOf}
          from verdict v
          where r.id = v.id and v.outcome = 'second-factor-required' and ${tryOf}::text is not null
            and r.last_call is distinct from ${tryOf}::text
          returning v.totp_id
        ),
        counted_try as (
          update totp_secrets t set failures = least(t.failures + 1, ${maximumFailedSignIns})
          from tried where t.id = tried.totp_id
        ),
        owner as (
          update users u
          set email = v.email, email_verified_at = ${time}, password_hash = null,
            password_version = u.password_version + 1, session_epoch = u.session_epoch + 1, failed_sign_ins = 0,
            totp_id = v.totp_id, passkey_count = (select count(*) from kept_passkeys),
            identity_count = (select count(*) from kept_identities), factors_version = u.factors_version + 1,
            updated_at = ${time}
          from verdict v
          where u.id = v.user_id and v.outcome = 'undone'
          returning u.id as user_id, u.email, null::uuid as session_id, v.created_at, v.address_hash
        ),
        ${restoredFactors({ shown, call, now })},
        epoch as (
          update email_destinations d
          set grant_epoch = d.grant_epoch + 1, expires_at = ${time} + ${destinationKeptSeconds}::int * interval '1 second'
          from owner where d.address_hash = owner.address_hash and d.counter = ''
          returning d.address_hash, d.grant_epoch
        ),
        spent as (
          update email_requests r
          set spent_at = ${time}, spent_call = ${call}
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
        select coalesce(v.outcome, 'overtaken') as outcome, v.user_id, v.totp_id, v.totp_secret, v.may_try
        from asked left join verdict v on true`,
      { repeatable: true },
    );
    return row ?? { outcome: 'dead' };
  } catch (error) {
    const constraint = error instanceof DatabaseError ? error.constraint : undefined;
    if (constraint === takenAddress) return { outcome: 'dead' };
    if (constraint === takenIdentity) return { outcome: 'overtaken' };
    throw error;
  }
}
