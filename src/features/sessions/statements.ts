// The statements about sessions. Each decides by itself and says what it decided.

import { sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../../database/client.ts';
import type { Caller } from '../../database/living-caller.ts';
import type { NewestToken } from '../../database/newest-token.ts';
import { type Occasion, recordingOfEvent } from '../../database/security-events.ts';
import { endingOfSessions } from '../../database/session-endings.ts';
import { idempotencyKeySeconds } from '../../lifetimes.ts';

/** What the presented refresh token turned out to be. */
export type Rotation =
  | ({ readonly outcome: 'rotated' | 'retried' } & NewestToken)
  | { readonly outcome: 'reused' | 'ended' | 'unknown' };

/**
 * The refresh table of the contract, section 3, in one statement.
 *
 * `presented` locks the session and decides; having waited for the lock it sees what the other call left, because
 * READ COMMITTED re-reads the row that it waited for. All that decides is therefore in that row. Exactly one of the
 * parts that follow then acts on the outcome.
 *
 * Repeatable: presented again at the same moment with the same key, a token that was spent is answered as a retry.
 */
export async function rotateRefreshToken(
  database: Database,
  refresh: Occasion & {
    readonly sessionId: string;
    readonly userId: string;
    readonly generation: number;
    readonly keyHash: string | null;
    readonly refreshTokenSeconds: number;
    readonly retryWindowSeconds: number;
    readonly mailId: string;
  },
): Promise<Rotation> {
  const now = sql`${refresh.now.toISOString()}::timestamptz`;
  const [rotation] = await database.query<Rotation>(
    sql`
      with presented as (
        select s.id, s.generation, s.rotated_at, s.expires_at, s.absolute_expires_at, u.role,
          case
            -- Having waited for a change of password by this session, it is ahead of the user as they were before.
            when s.ended_at is not null or s.epoch < u.session_epoch or s.absolute_expires_at <= ${now} then 'ended'
            when exists (select from revoked_tokens r where r.jti = s.id || '.' || ${refresh.generation}::int) then 'ended'
            -- A token of ours that is ahead of the row: the database was restored from a backup.
            when ${refresh.generation}::int >= s.generation then 'rotated'
            when ${refresh.generation}::int = s.generation - 1 and (
              ${now} <= s.rotated_at + ${refresh.retryWindowSeconds}::int * interval '1 second'
              or (s.rotation_key_hash = ${refresh.keyHash}
                and ${now} <= s.rotated_at + ${idempotencyKeySeconds}::int * interval '1 second')
            ) then 'retried'
            else 'reused'
          end as outcome
        from sessions s join users u on u.id = s.user_id
        where s.id = ${refresh.sessionId} and s.user_id = ${refresh.userId}
        for no key update of s
      ),
      rotated as (
        update sessions s
        set generation = ${refresh.generation}::int + 1,
          rotated_at = ${now},
          rotation_key_hash = ${refresh.keyHash},
          expires_at = least(${now} + ${refresh.refreshTokenSeconds}::int * interval '1 second', s.absolute_expires_at),
          user_agent = ${refresh.origin.userAgent},
          ip = ${refresh.origin.ip}
        from presented p
        where s.id = p.id and p.outcome = 'rotated'
        returning s.id, s.generation, s.rotated_at, s.expires_at
      ),
      ${endingOfSessions({
        which: sql`s.id = (select id from presented where outcome = 'reused')`,
        reason: 'reuse',
        now: refresh.now,
      })},
      told as (
        insert into mails (id, kind, user_id, details, created_at, due_at)
        select ${refresh.mailId}, 'session-stopped', user_id,
          jsonb_build_object('device_name', device_name, 'ip', ip, 'when', ${now}), ${now}, ${now}
        from ended
      ),
      recorded as (
        ${recordingOfEvent({ ...refresh, kind: 'refresh-token-reused', of: endedSession })}
      )
      select p.outcome, p.role, p.absolute_expires_at,
        coalesce(r.generation, p.generation) as generation,
        coalesce(r.rotated_at, p.rotated_at) as rotated_at,
        coalesce(r.expires_at, p.expires_at) as expires_at
      from presented p left join rotated r on r.id = p.id`,
    { repeatable: true },
  );
  return rotation ?? { outcome: 'unknown' };
}

const endedSession = sql`select user_id, id as session_id from ended`;

/** At its holder's wish: ends one session and enters its newest token in the revocation list. Whether there was one to end is not told. */
export async function endSession(database: Database, end: Caller & Occasion): Promise<void> {
  await database.query(
    sql`
      with ${endingOfSessions({
        which: sql`s.id = ${end.sessionId} and s.user_id = ${end.userId}`,
        reason: 'logout',
        now: end.now,
      })}
      ${recordingOfEvent({ ...end, kind: 'signed-out', of: endedSession })}`,
    { repeatable: true },
  );
}
