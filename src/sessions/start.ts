// The one place that decides whether a person may sign in, and where a session begins: as a part of the statement
// that saw the proof.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { noticeAllowance } from '../authentication/destinations.ts';
import { idempotentCall } from '../database/idempotent-calls.ts';
import { queuedMail } from '../database/mail-queue.ts';
import { type RequestMetadata, recordedEvent, type SecurityEventKind } from '../database/security-events.ts';
import { knownDeviceSeconds } from '../lifetimes.ts';
import { isNotEnded } from './active-caller.ts';
import { owesNothing, reachedLevel, type ShownFactor, spentFactor } from './second-factor.ts';
import { type DpopMode, newestToken, type SignInMethod, textArray } from './state.ts';

export type SessionStart = {
  /** Ids for the session and for its device, should it be a new one. */
  readonly sessionId: string;
  readonly newDeviceId: string;
  /** A known device that was presented, whoever's it is. */
  readonly presentedDeviceId: string | null;
  /** This and the last four may be expressions over `o`, the row of `owner`. */
  readonly deviceName: string | null | SQL;
  readonly origin: RequestMetadata;
  readonly network: string | null;
  readonly now: Date;
  readonly expiresAt: Date | SQL;
  readonly absoluteExpiresAt: Date | SQL;
  /** The key that it is bound to. */
  readonly dpopJkt: string | null | SQL;
  readonly dpopMode: DpopMode | null | SQL;
  /** What the access token calls the role. */
  readonly roleClaim: string;
};

/** A condition on `u`, a user: having proven who they are, they may sign in. An address that is there has to be proven. */
export const maySignIn = sql`(u.email_verified_at is not null or u.email is null)`;

/** The columns of `proven`, over `u`, the user: what a way of signing in selects or returns. */
export function provenUser({ amr, acr, idp = undefined, isGuest = undefined }: SignInMethod): SQL {
  return sql`
    u as account, u.id as user_id, u.email, u.session_epoch as epoch, u.password_version, u.factors_version, u.totp_id,
    ${maySignIn} as may_sign_in, ${textArray(amr)} as amr, ${acr}::text as acr, ${idp ?? null}::text as idp,
    ${isGuest ?? false}::boolean as is_guest`;
}

export type SignInStart = SessionStart & {
  /** Of a call with an Idempotency-Key: a repeat of it gets the same session. */
  readonly callHash: string | null;
  /** The code that was shown beside the first factor. */
  readonly factor?: ShownFactor | undefined;
  /** Where a second factor is owed and none was shown, the call makes something else than a session, which it may repeat as well. */
  readonly asks?: boolean;
  readonly event: { readonly id: string; readonly kind: SecurityEventKind | SQL };
  /**
   * Of the mail about a device that is new. Left out where an account was only just made: every device is new to it.
   */
  readonly mailId?: string;
};

/**
 * Common table expressions for somebody who signs in. They follow one that is called `proven`, which each way of
 * signing in makes in its own way: one row of `provenUser`, or none. The row of the user is locked by then.
 *
 * - `spent_factor`: the second factor, where one was shown.
 * - `admitted`: the row of `proven` at the level that was reached, where that person may sign in at all and owes nothing more.
 * - `call`, `started` and what else `newSession` has: the session, of this call or of the one that it repeats.
 * - `recorded`: the event in the security log.
 * - `notice` and `queued`: the mail about a device that is new, where there is to be one.
 */
export function startedSession(start: SignInStart): SQL {
  const { sessionId, callHash, event, mailId, origin, now, asks = false } = start;
  const isRepeat = sql`(select is_repeat from call)`;
  return sql`
    ${spentFactor('proven', start.factor, { call: callHash ?? event.id, now })},
    admitted as (
      select p.user_id, p.email, p.epoch, p.password_version, ${reachedLevel.amr} as amr, ${reachedLevel.acr} as acr, p.idp,
        p.is_guest
      from proven p where p.may_sign_in and ${owesNothing}
    ),
    ${idempotentCall({ callHash, newId: sessionId, now, onlyIf: asks ? sql`exists (select from proven p where p.may_sign_in)` : sql`exists (select from admitted)` })},
    ${newSession(sql`select *, ${now.toISOString()}::timestamptz as auth_time from admitted`, start, { id: sql`(select id from call)`, isRepeat })},
    ${recordedEvent({
      eventId: event.id,
      kind: event.kind,
      of: sql`select user_id, id as session_id from started where not ${isRepeat}`,
      origin,
      now,
    })}${mailId === undefined ? sql`` : sql`, ${newDeviceMail(mailId, start, isRepeat)}`}`;
}

/** Common table expressions `notice` and `queued`: word of a device that is new, to the account's address. */
function newDeviceMail(mailId: string, { origin, now }: SignInStart, isRepeat: SQL): SQL {
  return sql`
    ${noticeAllowance(
      sql`
        select admitted.email, ${mailId}::uuid as mail_id
        from started, admitted
        where not is_known_device and not ${isRepeat} and admitted.email is not null
          -- Every device is new to an account that nobody has signed in to before.
          and (
            exists (select from sessions s where s.user_id = started.user_id and s.id <> started.id)
            or exists (select from known_devices k where k.user_id = started.user_id and k.id <> started.device_id)
          )`,
      { kind: 'new-sign-in', now },
    )},
    ${queuedMail({
      mailId,
      kind: 'new-sign-in',
      to: sql`
        select user_id, jsonb_build_object(
          'device_name', coalesce(device_name, ${origin.userAgent}::text), 'ip', ip) as details
        from started, notice where notice.is_allowed`,
      now,
    })}`;
}

/**
 * Common table expressions `presented_device`, `device` and `started` (`id`, `user_id`, the columns of `newestToken`,
 * `device_id`, `device_name`, `ip`, `is_known_device`), for the row of `owner`: none, no session. Run again with the same
 * id it gives the same session, as long as that is neither refreshed nor over.
 *
 * By itself for a session that takes the place of another: nobody signs in.
 *
 * @param owner a query that gives `user_id`, `epoch`, `password_version`, `amr`, `acr`, `idp`, `is_guest` and `auth_time`, one row or none;
 *   the user's row is locked, or a change of the password could miss the session.
 * @param call the id of the session, where it is not `start.sessionId`; and a condition: it is there already, with
 *   its device, and
 *   neither is made anew.
 */
export function newSession(
  owner: SQL,
  start: SessionStart,
  { id = sql`${start.sessionId}`, isRepeat = sql`false` } = {},
): SQL {
  const time = sql`${start.now.toISOString()}::timestamptz`;
  return sql`
    presented_device as (
      select k.id from known_devices k join (${owner}) o on o.user_id = k.user_id and o.password_version = k.password_version
      where k.id = ${start.presentedDeviceId}::uuid and k.expires_at > ${time}
      -- Having waited for something that ends the device, there is none.
      for no key update of k
    ),
    device as (
      -- A device that something has ended is a new one: a copy of its token stays worthless.
      insert into known_devices as k (id, user_id, password_version, created_at, expires_at)
      select coalesce((select id from presented_device), ${start.newDeviceId}::uuid), o.user_id, o.password_version, ${time},
        ${time} + ${knownDeviceSeconds}::int * interval '1 second'
      from (${owner}) o
      -- What has ended a session since may have ended its device as well.
      where not ${isRepeat}
      on conflict (id) do update set expires_at = excluded.expires_at
      returning id
    ),
    started as (
      insert into sessions as s (id, user_id, epoch, rotated_at, expires_at, absolute_expires_at, device_name, user_agent, ip,
        network, device_id, dpop_jkt, dpop_mode, amr, acr, idp, is_guest, auth_time, created_at)
      select ${id}, o.user_id, o.epoch, ${time}, ${moment(start.expiresAt)},
        ${moment(start.absoluteExpiresAt)}, ${start.deviceName}, ${start.origin.userAgent},
        ${start.origin.ip}, ${start.network}, (select id from device), ${start.dpopJkt}, ${start.dpopMode}, o.amr, o.acr,
        o.idp, o.is_guest, o.auth_time, ${time}
      from (${owner}) o
      on conflict (id) do update set user_id = excluded.user_id
      where s.user_id = excluded.user_id and ${isNotEnded({ epoch: 'excluded.epoch' })} and s.generation = 0
        and s.expires_at > ${time}
      returning s.id, s.user_id, ${newestToken()}, s.device_id, s.device_name, s.ip, exists (select from presented_device) as is_known_device
    )`;
}

function moment(time: Date | SQL): SQL {
  return time instanceof Date ? sql`${time.toISOString()}::timestamptz` : time;
}
