// A guest becomes somebody: their account gains a way in, and stays the same account.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { type EventContext, recordedEvent } from '../database/security-events.ts';
import { endedSessions } from './end.ts';
import { levelOf, type SignInMethod, textArray } from './state.ts';

/** What a guest has shown. */
export const asGuest: SignInMethod = { amr: [], acr: null, isGuest: true };

/**
 * Common table expressions `ended`, `listed`, `went_on` and `recorded_upgrade`, for a statement that makes a guest somebody: every
 * other session of theirs ends, and the one that goes on is no guest's any more. Its refresh token stays as it is: what that says is
 * kept for a retry of the call that issued it.
 *
 * The statement itself sets `is_guest` to false together with the address, the password or the count of what is added: a constraint
 * wants one with the other. It locks the user's row, and does so where `u.is_guest` still, so that of two upgrades one is made.
 *
 * @param upgrade.of the name of a common table expression with `user_id`: one row where this statement has made a guest somebody.
 * @param upgrade.goingOn the session that goes on: the caller's, or the one that the statement begins.
 * @param upgrade.shown how its user has signed in by this, where it is the caller's session that goes on. Left out where nothing was
 *   shown: then no sign-in has been yet (`auth_time` 0), and a copy of the guest's tokens gets none that is recent.
 */
export function upgradedGuest({
  of,
  goingOn,
  shown,
  ...event
}: EventContext & {
  readonly of: string;
  readonly goingOn: string;
  readonly shown?: SignInMethod | undefined;
}): SQL {
  const guest = sql.raw(of);
  const { amr, acr, idp = null } = shown ?? { amr: [], acr: null };
  const authTime = shown ? event.now : new Date(0);
  return sql`
    ${endedSessions({
      which: sql`s.user_id = (select user_id from ${guest}) and s.id <> ${goingOn}`,
      reason: 'upgraded',
      now: event.now,
    })},
    went_on as (
      update sessions s
      set is_guest = false, amr = ${textArray(amr)}, acr = ${acr}, idp = ${idp}, auth_time = ${authTime.toISOString()},
        issued_level = ${levelOf().issued}
      from ${guest} g where s.id = ${goingOn} and s.user_id = g.user_id and s.ended_at is null
    ),
    ${recordedEvent({
      ...event,
      as: 'recorded_upgrade',
      kind: 'guest-upgraded',
      of: sql`select user_id, ${goingOn}::uuid as session_id from ${guest}`,
    })}`;
}
