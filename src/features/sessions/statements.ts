// The statements by which a user sees and ends what is signed in.

import { sql } from 'drizzle-orm/sql/sql';
import { sessionsListed } from '../../bounds.ts';
import type { Database } from '../../database/client.ts';
import { type EventContext, recordedEvent } from '../../database/security-events.ts';
import { activeCaller, type Caller, isNotEnded } from '../../sessions/active-caller.ts';
import { endedSessions } from '../../sessions/end.ts';
import { toTheHour } from '../../sessions/shown-times.ts';
import { levelOf } from '../../sessions/state.ts';

/**
 * Ends every session of the user who calls, and any that is being started; where it is asked for, no device of theirs
 * is known any more. @returns false when the caller's has ended.
 */
export async function endEverySession(
  database: Database,
  caller: Caller & EventContext & { readonly forgetDevices: boolean },
): Promise<boolean> {
  const lives = await database.query(
    sql`
      with ${activeCaller(caller)},
      ${endedSessions({
        which: sql`s.user_id = (select user_id from caller)`,
        reason: 'logout-all',
        now: caller.now,
      })},
      next_epoch as (
        update users set session_epoch = session_epoch + 1 where id = (select user_id from caller)
      ),
      forgotten_devices as (
        delete from known_devices
        where user_id = (select user_id from caller) and ${caller.forgetDevices}::boolean
      ),
      ${recordedEvent({
        ...caller,
        kind: 'signed-out-everywhere',
        of: sql`select user_id, ${caller.sessionId}::uuid as session_id from caller`,
      })}
      select from caller`,
    { repeatable: false },
  );
  return lives.length === 1;
}

/**
 * Ends one session of the user who calls, which may be the caller's own. Another user's session is as good as none.
 */
export async function revokeSession(
  database: Database,
  revoke: Caller & EventContext & { readonly revokedId: string },
): Promise<'revoked' | 'not-found' | 'caller-ended'> {
  const [row] = await database.query<{ outcome: 'revoked' | 'not-found' }>(
    sql`
      with ${activeCaller(revoke)},
      ${endedSessions({
        which: sql`s.id = ${revoke.revokedId} and s.user_id = (select user_id from caller)`,
        reason: 'revoked',
        now: revoke.now,
      })},
      ${recordedEvent({
        ...revoke,
        kind: 'session-revoked',
        of: sql`select user_id, id as session_id from ended`,
      })}
      select case when exists (
        select from sessions s where s.id = ${revoke.revokedId} and s.user_id = caller.user_id
      ) then 'revoked' else 'not-found' end as outcome
      from caller`,
    { repeatable: true },
  );
  return row?.outcome ?? 'caller-ended';
}

/** A session as its owner sees it; RFC 3339 times, the last two by the hour. */
export type ListedSession = {
  readonly id: string;
  readonly device_name: string | null;
  readonly user_agent: string | null;
  readonly ip: string | null;
  readonly created_at: string;
  readonly last_used_at: string;
  readonly expires_at: string;
  readonly current: boolean;
  /** Its refresh tokens are bound to a key of the device. */
  readonly device_bound: boolean;
  /** How its user signed in last (RFC 8176), and how sure that makes us: null where it says nothing of that. */
  readonly amr: readonly string[];
  readonly acr: string | null;
};

/**
 * The sessions of the user who calls, newest use first. When one was refreshed is told by the hour, in the order too:
 * whoever copied its tokens would know when to use them. The caller's own is among them: none at all means that it
 * has ended.
 */
export function listSessions(database: Database, caller: Caller): Promise<ListedSession[]> {
  const { amr, acr } = levelOf();
  return database.query<ListedSession>(
    sql`
      with ${activeCaller(caller)}
      select s.id, s.device_name, s.user_agent, s.ip, s.created_at,
        ${toTheHour(sql`s.rotated_at`)} as last_used_at, ${toTheHour(sql`s.expires_at`)} as expires_at,
        s.id = ${caller.sessionId} as current, s.dpop_jkt is not null as device_bound,
        to_json(${amr}) as amr, ${acr} as acr
      from sessions s join caller on caller.user_id = s.user_id
      where ${isNotEnded({ epoch: 'caller.epoch' })} and s.expires_at > ${caller.now.toISOString()}
      order by last_used_at desc, s.id desc
      limit ${sessionsListed}`,
    { repeatable: true },
  );
}
