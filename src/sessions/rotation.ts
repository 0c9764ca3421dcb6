// Refresh token rotation with reuse detection (RFC 9700, section 4.14.2), and the end of one session.

import { sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../database/client.ts';
import { queuedMail } from '../database/mail-queue.ts';
import { type EventContext, oncePerGeneration, recordedEvent } from '../database/security-events.ts';
import { idempotencyKeySeconds } from '../lifetimes.ts';
import { type Caller, endReason } from './active-caller.ts';
import { type Ended, endedSessions } from './end.ts';
import type { NewestToken } from './state.ts';
import { type Succession, type Successor, successorSession } from './succession.ts';

/** What the presented refresh token turned out to be. */
export type Rotation =
  | ({ readonly outcome: 'rotated' | 'retried' } & NewestToken)
  /** Another session may have taken its place for whoever brings this token and key. */
  | { readonly outcome: 'ended'; readonly end_reason: Ended; readonly is_replaced: boolean }
  | { readonly outcome: 'superseded' | 'reused' | 'unknown' };

/**
 * The refresh table of the contract, section 3, in one statement.
 *
 * `presented` locks the session, and `decided` decides by nothing but that row: having waited for the lock it is what
 * the other call left, because READ COMMITTED re-reads the row that it waited for. Exactly one of the parts that
 * follow then acts on the outcome.
 *
 * Repeatable: run once more it finds its own mark on the row, the key or, where the call has none, `call <id>`.
 */
export async function rotateRefreshToken(
  database: Database,
  refresh: EventContext & {
    readonly sessionId: string;
    readonly userId: string;
    readonly generation: number;
    readonly keyHash: string | null;
    readonly network: string | null;
    readonly refreshTokenSeconds: number;
    readonly retryWindowSeconds: number;
    readonly mailId: string;
  },
): Promise<Rotation> {
  const now = sql`${refresh.now.toISOString()}::timestamptz`;
  const generation = sql`${refresh.generation}::int`;
  const key = sql`${refresh.keyHash}::text`;
  // No hash has a space in it, and nobody else knows the id.
  const callOrKey = sql`${refresh.keyHash ?? `call ${refresh.eventId}`}::text`;
  const within = (seconds: number) => sql`${now} <= p.rotated_at + ${seconds}::int * interval '1 second'`;
  const [rotation] = await database.query<Rotation>(
    sql`
      with presented as (
        select s.id, s.user_id, s.generation, s.rotated_at, s.rotation_key_hash, s.network, s.expires_at,
          s.absolute_expires_at, s.status_index, u.role,
          -- Version 0.1.0 spent tokens with a key and did not mark the session.
          s.keyed or s.rotation_key_hash is not null as is_keyed,
          coalesce(s.succession_key_hash = ${key} and s.generation = ${generation}, false) as is_replaced,
          ${endReason(generation, refresh.now)} as end_reason
        from sessions s join users u on u.id = s.user_id
        where s.id = ${refresh.sessionId} and s.user_id = ${refresh.userId}
        for no key update of s
      ),
      decided as (
        select p.*,
          case
            when p.end_reason is not null then 'ended'
            -- A token of ours that is ahead of the row: the database was restored from a backup.
            when ${generation} >= p.generation then 'rotated'
            when ${generation} < p.generation - 1 then 'reused'
            when p.rotation_key_hash = ${callOrKey} and ${within(idempotencyKeySeconds)} then 'retried'
            when not ${within(refresh.retryWindowSeconds)} then 'reused'
            when ${key} is null and not p.is_keyed then 'retried'
            else 'superseded'
          end as outcome
        from presented p
      ),
      rotated as (
        update sessions s
        set generation = ${generation} + 1,
          rotated_at = ${now},
          keyed = d.is_keyed or ${key} is not null,
          rotation_key_hash = case when d.is_keyed then ${callOrKey} else ${key} end,
          network = ${refresh.network},
          expires_at = least(${now} + ${refresh.refreshTokenSeconds}::int * interval '1 second', s.absolute_expires_at),
          -- It began before there were status lists.
          status_index = coalesce(s.status_index, next_status_index()),
          user_agent = ${refresh.origin.userAgent},
          ip = ${refresh.origin.ip}
        from decided d
        where s.id = d.id and d.outcome = 'rotated'
        returning s.id, s.generation, s.rotated_at, s.expires_at, s.status_index
      ),
      ${endedSessions({
        which: sql`s.id = (select id from decided where outcome = 'reused')`,
        reason: 'reuse',
        now: refresh.now,
      })},
      ${queuedMail({
        ...refresh,
        kind: 'session-stopped',
        to: sql`select user_id, jsonb_build_object('device_name', device_name, 'ip', ip) as details from ended`,
      })},
      ${recordedEvent({
        ...refresh,
        eventId: sql`e.event_id`,
        kind: sql`e.kind`,
        of: sql`
            select user_id, id as session_id, ${refresh.eventId}::uuid as event_id, 'refresh-token-reused' as kind
            from ended
            union all
            select d.user_id, d.id, ${oncePerGeneration(sql`d`, sql`k.kind`)}, k.kind
            from decided d cross join lateral (
              select case
                when d.outcome = 'superseded' then 'refresh-superseded'
                when d.outcome = 'retried' and d.network <> ${refresh.network} then 'refreshed-from-another-network'
              end as kind
            ) k
            where k.kind is not null`,
      })}
      select d.outcome, d.end_reason, d.is_replaced, d.role, d.absolute_expires_at,
        coalesce(r.generation, d.generation) as generation,
        coalesce(r.rotated_at, d.rotated_at) as rotated_at,
        coalesce(r.expires_at, d.expires_at) as expires_at,
        coalesce(r.status_index, d.status_index) as status_index
      from decided d left join rotated r on r.id = d.id`,
    { repeatable: true },
  );
  return rotation ?? { outcome: 'unknown' };
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

const endedSession = sql`select user_id, id as session_id from ended`;

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
      ${recordedEvent({ ...end, kind: 'signed-out', of: endedSession })}
      select from ended`,
    { repeatable: true },
  );
}
