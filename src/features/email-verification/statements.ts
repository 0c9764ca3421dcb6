// The statements about proving that an address is one's own.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import {
  type AskedMail,
  type Asking,
  askedOutcome,
  isHeldForUndo,
  queuedGrant,
} from '../../database/asked-mail.ts';
import { type Database, DatabaseError } from '../../database/client.ts';
import {
  addressHash,
  grantPurposes,
  knownCounter,
  lockedDestination,
  mailAllowance,
} from '../../database/destinations.ts';
import { idempotentCall } from '../../database/idempotent-calls.ts';
import { queueingOfMail } from '../../database/mail-queue.ts';
import {
  type Presentation,
  type PresentedGrant,
  presentedGrant,
  spentRequest,
} from '../../database/mailed-grants.ts';
import { type RequestOrigin, recordingOfEvent } from '../../database/security-events.ts';
import { type SessionStart, startedSession } from '../../database/started-session.ts';
import type { GrantVerdict } from '../../http/presented-grant.ts';
import type { StartedSession } from '../../http/session-start.ts';
import { destinationKeptSeconds } from '../../lifetimes.ts';

/** SQLSTATE of a unique violation: somebody else has proven the address meanwhile. */
const uniqueViolation = '23505';

type Looking = Omit<Presentation, 'purposes' | 'use' | 'and' | 'mayTry'>;

/** What was typed at the registration, and the session of a use that is repeated. */
export type LookedAt = GrantVerdict & {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly photo: string | null;
  readonly started: StartedSession | null;
};

/** Looks at the grant of a registration, before a password is hashed for it. A wrong code counts. */
export async function lookAtRegistration(
  database: Database,
  presented: PresentedGrant,
  looking: Looking,
): Promise<LookedAt | undefined> {
  const [verdict] = await database.query<LookedAt>(
    sql`
      with ${presentedGrant(presented, { ...looking, purposes: ['register'], and: isFree(looking.now) })}
      select v.outcome, v.attempts_left, v.id, v.email, v.name, v.photo, (select wrong_codes from campaign) as campaign, (
        select jsonb_build_object('session_id', s.id, 'user_id', s.user_id, 'device_id', s.device_id,
          'generation', s.generation, 'rotated_at', s.rotated_at, 'expires_at', s.expires_at,
          'absolute_expires_at', s.absolute_expires_at, 'role', u.role)
        from sessions s join users u on u.id = s.user_id
        where s.id = v.session_id and s.generation = 0 and s.ended_at is null and s.epoch = u.session_epoch
      ) as started
      from verdict v`,
    { repeatable: true },
  );
  return verdict;
}

/** A condition on `r`, the registration: nobody has proven the address, or may have it back. */
function isFree(now: Date): SQL {
  return sql`not exists (
      select from users proven where proven.email = r.email and proven.email_verified_at is not null
    ) and not ${isHeldForUndo(sql`r.address_hash`, now)}`;
}

/**
 * Uses the grant: an account is made, or one that somebody imported and nobody had proven becomes the prover's, with their
 * password and no more rights than anybody's. Every other grant of the address is dead then.
 */
export async function verifyRegistration(
  database: Database,
  presented: PresentedGrant,
  presentation: Looking & { readonly use: string },
  account: {
    readonly userId: string;
    readonly passwordHash: string;
    readonly name: string;
    readonly photo: string | null;
    /** Where the prover is signed in with it. */
    readonly start: (SessionStart & { readonly sessionId: string }) | undefined;
    readonly origin: RequestOrigin;
  },
): Promise<(GrantVerdict & { readonly started: StartedSession | null }) | undefined> {
  const { now, use } = presentation;
  const { start } = account;
  const time = sql`${now.toISOString()}::timestamptz`;
  const [verdict] = await database.query<GrantVerdict & { readonly started: StartedSession | null }>(
    sql`
      with ${presentedGrant(presented, { ...presentation, purposes: ['register'], and: isFree(now) })},
      ${spentRequest(presentation, start?.sessionId)},
      proven as (
        insert into users as u (id, email, email_verified_at, password_hash, name, photo, created_at, updated_at)
        select ${account.userId}, email, ${time}, ${account.passwordHash}, ${account.name}, ${account.photo}, ${time}, ${time}
        from spent
        on conflict (email) do update
        set email_verified_at = excluded.email_verified_at, password_hash = excluded.password_hash,
          password_version = u.password_version + 1, session_epoch = u.session_epoch + 1, failed_sign_ins = 0,
          role = 'user', name = excluded.name, photo = excluded.photo, updated_at = excluded.updated_at
        where u.email_verified_at is null
        returning u.id as user_id, u.email, u.session_epoch as epoch, u.role
      ),
      forgotten as (
        delete from login_attempts where address_hash = (select ${addressHash(sql`email`)} from proven)
      ),
      recorded as (
        ${recordingOfEvent({
          eventId: use,
          kind: 'email-verified',
          of: sql`select user_id, ${start?.sessionId ?? null}::uuid as session_id from proven`,
          origin: account.origin,
          now,
        })}
      ),
      ${start ? startedSession(sql`select user_id, epoch from proven`, start) : sql`started as (select where false)`}
      select case when v.outcome = 'right' and not exists (select from proven) then 'dead' else v.outcome end as outcome,
        v.attempts_left, (select wrong_codes from campaign) as campaign, ${
          start
            ? sql`(
              select jsonb_build_object('session_id', s.id, 'user_id', s.user_id, 'device_id', s.device_id,
                'generation', s.generation, 'rotated_at', s.rotated_at, 'expires_at', s.expires_at,
                'absolute_expires_at', s.absolute_expires_at, 'role', proven.role)
              from started s, proven
            )`
            : sql`null`
        } as started
      from verdict v`,
    { repeatable: true },
  );
  return verdict;
}

/**
 * A condition on `r`, a change of address: its user has asked for no other since. The first may have been a slip, and its mail lies in
 * somebody else's inbox. That the other cannot be had makes no difference, or it would show; one's own is no change.
 */
const isLatest = sql`not exists (
    select from email_requests later join users u on u.id = later.user_id
    where later.user_id = r.user_id and later.purpose = 'change-email' and (later.created_at, later.id) > (r.created_at, r.id)
      and later.address_hash <> ${addressHash(sql`u.email`)})`;

/**
 * Uses the grant of a change of address: the address it was sent to is then the user's own, and theirs alone. It is worth something
 * as long as the session that asked for it lives; a code only from within that session. The address that is left is told, and can
 * be had back for a week.
 */
export async function confirmNewEmail(
  database: Database,
  presented: PresentedGrant,
  presentation: Looking & { readonly use: string; readonly sessionId: string | undefined },
  notice: { readonly noticeId: string; readonly origin: RequestOrigin },
): Promise<GrantVerdict | undefined> {
  const { now, use, sessionId } = presentation;
  const { noticeId } = notice;
  const time = sql`${now.toISOString()}::timestamptz`;
  const mayTry = sql`exists (
      select from sessions s join users u on u.id = s.user_id
      where s.id = r.session_id and s.user_id = r.user_id and s.ended_at is null and s.epoch = u.session_epoch
        and s.absolute_expires_at > ${time}
    ) and (${'tokenHash' in presented}::boolean or r.session_id = ${sessionId ?? null}::uuid)`;
  const isAllowed = sql`not exists (select from users proven where proven.email = r.email and proven.email_verified_at is not null)
    and ${isLatest} and not ${isHeldForUndo(sql`r.address_hash`, now, sql`r.user_id`)}`;
  try {
    const [verdict] = await database.query<GrantVerdict>(
      sql`
        with ${presentedGrant(presented, { ...presentation, purposes: ['change-email'], mayTry, and: isAllowed })},
        ${spentRequest(presentation)},
        -- What somebody imported under the new address and nobody has proven gives way.
        cleared as (
          delete from users u using spent
          where u.email = spent.email and u.id <> spent.user_id and u.email_verified_at is null
          returning 1
        ),
        leaving as (
          select u.email, ${addressHash(sql`u.email`)} as address_hash from users u, spent where u.id = spent.user_id
        ),
        -- Locked before the user, as by every statement about an address.
        held as (
          insert into email_destinations as d (address_hash, counter, counted_since, mails_paid_until, expires_at)
          select address_hash, '', ${time}, ${time}, ${time} + ${destinationKeptSeconds}::int * interval '1 second' from leaving
          on conflict (address_hash, counter) do update set expires_at = excluded.expires_at
          returning address_hash, grant_epoch
        ),
        changed as (
          -- The user's row, read anew, decides whether the session lives yet: a reset or an undo may have come first.
          update users u set email = spent.email, email_verified_at = ${time}, updated_at = ${time}
          from spent, leaving, held, sessions s
          where u.id = spent.user_id and u.email = leaving.email and s.id = spent.session_id and u.session_epoch = s.epoch
            and (select count(*) from cleared) >= 0
          returning u.id as user_id, leaving.email as old_email, u.email as new_email, leaving.address_hash
        ),
        undo as (
          insert into email_requests (id, purpose, address_hash, email, user_id, session_id, grant_epoch, created_at, expires_at)
          select ${noticeId}, 'undo-email-change', c.address_hash, c.old_email, c.user_id, spent.session_id, held.grant_epoch,
            ${time}, ${time} + ${grantPurposes['undo-email-change'].seconds}::int * interval '1 second'
          from changed c, held, spent
          on conflict (id) do nothing
        ),
        recorded as (
          ${recordingOfEvent({
            eventId: use,
            kind: 'email-changed',
            of: sql`select c.user_id, spent.session_id from changed c, spent`,
            origin: notice.origin,
            now,
          })}
        ),
        queued as (
          ${queueingOfMail({
            mailId: noticeId,
            kind: 'email-changed',
            to: sql`
              select user_id, ${noticeId}::uuid as request_id,
                jsonb_build_object('new_email', new_email, 'code_length', 0) as details
              from changed`,
            now,
          })}
        )
        select case when v.outcome = 'right' and not exists (select from changed) then 'dead' else v.outcome end as outcome,
          v.attempts_left, (select wrong_codes from campaign) as campaign
        from verdict v`,
      { repeatable: true },
    );
    return verdict;
  } catch (error) {
    if (error instanceof DatabaseError && error.code === uniqueViolation) return undefined;
    throw error;
  }
}

/**
 * Queues another mail for a request that waits: its handle stays, and the codes of all its mails work. Does the same for one that
 * is over, and tells nobody which. Nothing for a request that is not there any more.
 */
export async function resendMail(
  database: Database,
  {
    requestId,
    deviceId,
    newId,
    callHash,
    now,
    purpose,
  }: Asking & { readonly requestId: string; readonly deviceId: string | null },
): Promise<AskedMail | undefined> {
  const time = sql`${now.toISOString()}::timestamptz`;
  const { seconds } = grantPurposes[purpose];
  const isFree = sql`owner.id is null and not ${isHeldForUndo(sql`r.address_hash`, now, sql`r.user_id`)}`;
  const [asked] = await database.query<AskedMail>(
    sql`
      with ${idempotentCall({ callHash, newId, now })},
      asked as (
        select r.*, ${knownCounter(sql`r.email`, deviceId, now)} as counter from email_requests r, call
        where r.id = ${requestId} and r.purpose = ${purpose}
      ),
      ${lockedDestination(sql`select address_hash from asked`, now)},
      allowance as (${mailAllowance(
        sql`
          select e.address_hash, asked.counter, e.grant_epoch, call.id as mail_id from epoch e, asked, call`,
        { purpose, lifetimeSeconds: seconds, now },
      )}),
      request as (
        -- Of one that is over as well, or the time when its wrong codes are refused would tell.
        update email_requests r set expires_at = greatest(r.expires_at, ${time} + ${seconds}::int * interval '1 second')
        from allowance
        where r.id = ${requestId}
        returning r.*
      ),
      about as (
        select case r.purpose
            when 'register' then case when ${isFree} then 'verify-email' else 'address-taken' end
            -- An address that was taken when it was asked for was not kept.
            when 'change-email' then case when r.email is not null and ${isFree} and ${isLatest} and exists (
                select from sessions s join users u on u.id = s.user_id
                where s.id = r.session_id and s.ended_at is null and s.epoch = u.session_epoch
              ) then 'confirm-new-email' end
            when 'reset-password' then case when r.user_id is not null then 'reset-password' end
          end as kind,
          case when r.purpose = 'register' then owner.id else r.user_id end as user_id,
          case when r.purpose = 'register' and owner.id is null then r.email end as recipient,
          r.purpose <> 'register' or ${isFree} as has_grant
        from request r join epoch e on e.grant_epoch = r.grant_epoch and r.spent_at is null
        left join users owner on owner.email = r.email and owner.email_verified_at is not null
      ),
      queued as (${queuedGrant({ purpose, mailId: sql`(select id from call)`, now })})
      ${askedOutcome}`,
    { repeatable: true },
  );
  return asked;
}
