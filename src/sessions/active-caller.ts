// The one place that decides whether a session may be used, and who calls with it.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import type { Level } from '../tokens/level.ts';

/** Whose access token it is, what it says of the sign-in, and when it was presented. */
export type Caller = {
  readonly sessionId: string;
  readonly userId: string;
  readonly level?: Level | undefined;
  readonly now: Date;
};

/**
 * A common table expression `caller` (`user_id`, `role`, `epoch`): one row, or none when the session
 * has ended. Every statement behind an access token begins with it, so that a session that was ended anywhere is
 * refused at once.
 *
 * @param needs.usersLevel none, too, where the token is not as sure as its user can be: with a second factor, `aal2`.
 * @param needs.noGuest none, too, where its user is a guest. Whoever is none will never be one.
 * @param needs.onlyAdmins none, too, where its user is no admin (sessions/active-admin.ts).
 */
export function activeCaller(
  { sessionId, userId, level, now }: Caller,
  needs: { readonly usersLevel?: boolean; readonly noGuest?: boolean; readonly onlyAdmins?: boolean } = {},
): SQL {
  const isSure = needs.usersLevel ? sql`and ${isOfUsersLevel({ level })}` : sql``;
  const isSomebody = needs.noGuest ? sql`and not u.is_guest` : sql``;
  const isAdmin = needs.onlyAdmins ? sql`and u.role = 'admin'` : sql``;
  return sql`
    caller as (
      select u.id as user_id, u.role, u.session_epoch as epoch
      from sessions s join users u on u.id = s.user_id
      where s.id = ${sessionId} and s.user_id = ${userId} and ${isActive(now)} ${isSure} ${isSomebody} ${isAdmin}
    )`;
}

/**
 * A condition on `u`, a user: a token of this level is as sure as they can be. READ COMMITTED: to be asked once more of the
 * user's row where that is locked, since a second factor may have come meanwhile.
 *
 * A guest's token is as good as a recent sign-in (authentication/refused-caller.ts), and only for as long as its user is a guest.
 */
export function isOfUsersLevel({ level }: Pick<Caller, 'level'>): SQL {
  const isGuestStill = level?.guest ? sql`u.is_guest and` : sql``;
  return sql`(${isGuestStill} (${level?.acr === 'aal2'}::boolean or u.totp_id is null))`;
}

/**
 * A common table expression `owner` (`id`, and `columns` over `u`), beside `caller`: the caller's user, locked. One row, or none where
 * meanwhile the session has ended, or a second factor was turned on that the caller has not shown.
 *
 * @param isRepeat a condition on `u`: the call has done all of it before, which may have raised the user's level above its token's.
 */
export function lockedOwner(caller: Caller, columns: SQL, isRepeat: SQL = sql`false`): SQL {
  return sql`
    owner as (
      select u.id, ${columns} from users u join caller on caller.user_id = u.id
      where ${isOfEpoch({ session: 'caller' })} and (${isOfUsersLevel(caller)} or ${isRepeat})
      for no key update of u
    )`;
}

/** A condition on `s`, a session, and `u`, its user: it may be used. */
export function isActive(now: Date): SQL {
  return sql`(${isNotEnded()} and s.absolute_expires_at > ${now.toISOString()})`;
}

/** A condition on a session and the epoch of its user: nothing has ended it. Its time may have run out. */
export function isNotEnded({ session = 's', epoch = 'u.session_epoch' } = {}): SQL {
  return sql`(${sql.raw(session)}.ended_at is null and ${isOfEpoch({ session, epoch })})`;
}

/**
 * A condition on a session and the epoch of its user: nothing has ended every session since it began. READ COMMITTED:
 * a statement that waited for the lock of the user's row sees an ending of that moment here, and not yet in the
 * session's own row.
 */
export function isOfEpoch({ session = 's', epoch = 'u.session_epoch' } = {}): SQL {
  return sql`${sql.raw(session)}.epoch = ${sql.raw(epoch)}`;
}

/**
 * An expression over `s`, a session, and `u`, its user: why neither it nor its token of this generation may be used;
 * null where they may.
 */
export function endReason(generation: SQL, now: Date): SQL {
  return sql`
    coalesce(
      s.end_reason,
      case
        -- Begun while every session was ended. Having waited for 0.1.0's change of password, it is ahead of the user.
        when s.epoch < u.session_epoch then case when u.disabled_at is null then 'revoked' else 'disabled' end
        when s.absolute_expires_at <= ${now.toISOString()} then 'expired'
      end,
      (select r.reason from revoked_tokens r where r.jti = s.id || '.' || ${generation})
    )`;
}
