// Idempotency of a change of the password: the session that took the place of another, for a client that lost the
// answer.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../database/client.ts';
import { type EventContext, oncePerGeneration, recordedEvent } from '../database/security-events.ts';
import { idempotencyKeySeconds } from '../lifetimes.ts';
import { isNotEnded } from './active-caller.ts';
import { type NewestToken, newestToken } from './state.ts';

/** A session as it began: its first token, and the device that it made known. */
export type Successor = NewestToken & { readonly session_id: string; readonly device_id: string | null };

export type Succession = Omit<EventContext, 'eventId'> & {
  /** The session that ended. */
  readonly sessionId: string;
  readonly userId: string;
  /** SHA-256 of the Idempotency-Key of the change. */
  readonly keyHash: string;
  readonly network: string | null;
  /** Of the old session's token that is presented, where one is: the newest, or one that is ahead of a backup. */
  readonly generation?: number;
  /** Where the new password was checked: of the password that it was. */
  readonly passwordVersion?: number;
};

/**
 * Common table expressions `successor` (a `Successor`, one row or none) and `recorded`. For a day after the change,
 * and while the new session is neither refreshed nor ended: from then on somebody has it.
 */
export function successorSession(replaced: Succession): SQL {
  const { generation = null, passwordVersion = null } = replaced;
  const now = sql`${replaced.now.toISOString()}::timestamptz`;
  return sql`
    successor as (
      select n.id as session_id, ${newestToken('n')}, n.device_id, u.role
      from sessions s join users u on u.id = s.user_id join sessions n on n.id = s.successor_id
      where s.id = ${replaced.sessionId} and s.user_id = ${replaced.userId} and ${isReplacedBy(replaced.keyHash, now)}
        and s.generation <= coalesce(${generation}::int, s.generation)
        and u.password_version = coalesce(${passwordVersion}::int, u.password_version)
        and n.generation = 0 and ${isNotEnded({ session: 'n' })} and n.expires_at > ${now}
    ),
    ${recordedEvent({
      ...replaced,
      eventId: sql`e.event_id`,
      kind: 'refreshed-from-another-network',
      of: sql`
          select n.user_id, n.id as session_id,
            ${oncePerGeneration(sql`n`, sql`'refreshed-from-another-network'`)} as event_id
          from successor f join sessions n on n.id = f.session_id where n.network <> ${replaced.network}`,
    })}`;
}

/** A condition on `s`, a session: it was replaced by a change of the password with this key, not long ago. */
export function isReplacedBy(keyHash: string, now: SQL): SQL {
  return sql`
    s.end_reason = 'password-changed' and s.succession_key_hash = ${keyHash}
    and ${now} <= s.ended_at + ${idempotencyKeySeconds}::int * interval '1 second'`;
}

/**
 * The session that took the place of one whose password was changed, for its newest token with the key of that
 * change. A statement of its own: one that waited for the change could not see the session that it began.
 */
export async function findSuccessor(
  database: Database,
  replaced: Omit<Succession, 'passwordVersion'> & { readonly generation: number },
): Promise<Successor | undefined> {
  const [successor] = await database.query<Successor>(
    sql`with ${successorSession(replaced)} select * from successor`,
    { repeatable: true },
  );
  return successor;
}
