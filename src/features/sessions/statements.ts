// The statements by which a user sees and ends what is signed in.

import { sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../../database/client.ts';
import { type EventContext, recordedEvent } from '../../database/security-events.ts';
import { activeCaller, type Caller } from '../../sessions/active-caller.ts';
import { endedSessions } from '../../sessions/end.ts';
import { type ListedSession, listedSessions } from '../../sessions/listed-sessions.ts';

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

/** The sessions of the user who calls. The caller's own is among them: none at all means that it has ended. */
export function listSessions(database: Database, caller: Caller): Promise<ListedSession[]> {
  const { sessionId: current, now } = caller;
  return database.query<ListedSession>(
    sql`
      with ${activeCaller(caller)}
      ${listedSessions(sql`(select user_id from caller)`, { epoch: '(select epoch from caller)', current, now })}`,
    { repeatable: true },
  );
}
