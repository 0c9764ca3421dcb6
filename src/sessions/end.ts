// Revocation: a session ends and its newest token enters the revocation list in one statement, whichever has to end
// it.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../database/client.ts';
import { type EventContext, recordedEvent } from '../database/security-events.ts';
import type { Caller } from './active-caller.ts';
import { forgottenDevices } from './known-devices.ts';

/** Why a session ended before its time; kept with it and in the revocation list. */
export type EndReason =
  | 'logout'
  | 'logout-all'
  | 'revoked'
  | 'reuse'
  | 'password-changed'
  | 'password-reset'
  | 'email-change-undone'
  /** A guest's account is somebody's now. */
  | 'upgraded'
  | 'account-deleted'
  /** At the identity provider by which the user came. */
  | 'consent-revoked'
  /** By an operator. */
  | 'disabled';

/** Why a session is over, its time being one of the reasons. */
export type Ended = EndReason | 'expired';

type Ending = {
  readonly which: SQL;
  /** As an expression none that takes the device. */
  readonly reason: EndReason | SQL;
  readonly now: Date;
  readonly also?: SQL;
};

/**
 * Common table expressions `ended` (the sessions that this statement ended) and `listed` (their newest tokens,
 * entered in the revocation list). Ending twice is harmless: the second finds nothing to end. The devices of sessions
 * that a thief had, or may have had, are forgotten (`forgotten_devices`).
 *
 * @param which a condition on `s`, the session; whatever decides a race has to be a column of `s`, since READ
 *   COMMITTED
 *   re-reads only the row that it waited for.
 * @param also further assignments to columns of `s`: one statement changes a row once.
 */
export function endedSessions({ which, reason, now, also = sql`` }: Ending): SQL {
  return sql`
    ended as (
      update sessions s
      set ended_at = ${now.toISOString()}, end_reason = ${reason}${also}
      where ${which} and s.ended_at is null
      returning s.id, s.user_id, s.generation, s.expires_at, s.device_name, s.ip, s.device_id
    ),
    listed as (
      insert into revoked_tokens (jti, session_id, reason, revoked_at, expires_at)
      select id || '.' || generation, id, ${reason}, ${now.toISOString()}, expires_at from ended
      on conflict do nothing
    )${takesTheDevice.some((taking) => taking === reason) ? sql`, ${forgottenDevices(sql`k.id in (select device_id from ended)`)}` : sql``}`;
}

const takesTheDevice: readonly EndReason[] = ['reuse', 'revoked'];

/**
 * Logout: ends one session and enters its newest token in the revocation list. Says nothing of whether there was one
 * to end (RFC 7009, section 2.2).
 */
export async function endSession(database: Database, end: Caller & EventContext): Promise<void> {
  await database.query(
    sql`
      with ${endedSessions({
        which: sql`s.id = ${end.sessionId} and s.user_id = ${end.userId}`,
        reason: 'logout',
        now: end.now,
      })},
      ${recordedEvent({ ...end, kind: 'signed-out', of: sql`select user_id, id as session_id from ended` })}
      select from ended`,
    { repeatable: true },
  );
}
