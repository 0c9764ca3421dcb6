// Refresh token rotation with reuse detection (RFC 9700, section 4.14.2).

import { sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../database/client.ts';
import { queuedMail } from '../database/mail-queue.ts';
import { type EventContext, oncePerGeneration, recordedEvent } from '../database/security-events.ts';
import { idempotencyKeySeconds } from '../lifetimes.ts';
import { endReason } from './active-caller.ts';
import { type Ended, endedSessions } from './end.ts';
import { type DpopMode, issuedTo, levelOf, type NewestToken, newestToken, newestTokenIn } from './state.ts';

/** What the presented refresh token turned out to be. */
export type Rotation =
  | ({ readonly outcome: 'rotated' | 'retried'; readonly mail_is_due: boolean } & NewestToken)
  /** Another session may have taken its place for whoever brings this token and key. */
  | { readonly outcome: 'ended'; readonly end_reason: Ended; readonly is_replaced: boolean }
  | { readonly outcome: 'superseded' | 'reused' | 'expired' | 'unknown' };

/**
 * The refresh tables of the contract, sections 3 and 7, in one statement.
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
    /** The token's own time is over. In a session with a key that of the newest token counts. */
    readonly isExpired: boolean;
    /** Of the key in the token, whose proof came with it; undefined where the token is bound to none. */
    readonly jkt: string | undefined;
    /** Of the key whose proof came; a session that is bound to none is bound to it from then on. */
    readonly proofJkt: string | undefined;
    readonly dpopMode: DpopMode | undefined;
    readonly keyHash: string | null;
    readonly network: string | null;
    readonly refreshTokenSeconds: number;
    readonly retryWindowSeconds: number;
    readonly mailId: string;
    readonly roleClaim: string;
  },
): Promise<Rotation> {
  const now = sql`${refresh.now.toISOString()}::timestamptz`;
  const generation = sql`${refresh.generation}::int`;
  const key = sql`${refresh.keyHash}::text`;
  const tokenJkt = sql`${refresh.jkt ?? null}::text`;
  const proofJkt = sql`${refresh.proofJkt ?? null}::text`;
  // No hash has a space in it, and nobody else knows the id.
  const callOrKey = sql`${refresh.keyHash ?? `call ${refresh.eventId}`}::text`;
  const level = levelOf();
  const within = (seconds: number) => sql`${now} <= p.rotated_at + ${seconds}::int * interval '1 second'`;
  const [rotation] = await database.query<Rotation>(
    sql`
      with presented as (
        select s.id, s.user_id, ${newestToken()}, s.rotation_key_hash, s.network,
          s.key_refused_at, s.device_name, s.ip, u as account,
          -- Version 0.1.0 spent tokens with a key and did not mark the session.
          s.keyed or s.rotation_key_hash is not null as is_keyed,
          -- A token that names no key is not enough where the session has one: its successor has it, too.
          coalesce(s.succession_key_hash = ${key} and (s.generation <= ${generation} or s.dpop_jkt = ${tokenJkt})
            and (s.dpop_jkt is null or s.dpop_jkt = ${proofJkt}), false) as is_replaced,
          ${endReason(generation, refresh.now)} as end_reason
        from sessions s join users u on u.id = s.user_id
        where s.id = ${refresh.sessionId} and s.user_id = ${refresh.userId}
        for no key update of s
      ),
      decided as (
        select p.*,
          case
            when p.end_reason is not null then 'ended'
            when ${refresh.isExpired}::boolean
              and not coalesce(p.dpop_jkt = ${tokenJkt} and ${generation} < p.generation and p.expires_at > ${now}, false)
              then 'expired'
            -- Whoever has bound the session had a copy of this token, or has one.
            when p.dpop_jkt <> coalesce(${proofJkt}, '') then 'reused'
            -- A token of ours that is ahead of the row: the database was restored from a backup.
            when ${generation} >= p.generation then 'rotated'
            -- Only the holder of the key can ask this: no copy of a token matters here, and no answer that was lost.
            when p.dpop_jkt = ${tokenJkt} then 'retried'
            when ${generation} < p.generation - 1 then 'reused'
            -- The token that was spent when the session was bound: the answer was lost.
            when p.dpop_jkt is not null then 'retried'
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
          dpop_jkt = coalesce(s.dpop_jkt, ${proofJkt}),
          dpop_mode = case when coalesce(s.dpop_jkt, ${proofJkt}) is not null
            then coalesce(${refresh.dpopMode ?? null}, s.dpop_mode, 'refresh') end,
          expires_at = least(${now} + ${refresh.refreshTokenSeconds}::int * interval '1 second', s.absolute_expires_at),
          -- It began before there were these.
          status_index = coalesce(s.status_index, next_status_index()),
          amr = ${level.amr},
          acr = ${level.acr},
          auth_time = ${level.authTime},
          issued_level = null,
          user_agent = ${refresh.origin.userAgent},
          ip = ${refresh.origin.ip}
        from decided d
        where s.id = d.id and d.outcome = 'rotated'
        returning s.id, ${newestToken()}
      ),
      ${endedSessions({
        which: sql`s.id = (select id from decided where outcome = 'reused')`,
        reason: 'reuse',
        now: refresh.now,
      })},
      ${queuedMail({
        ...refresh,
        kind: sql`person.kind`,
        to: sql`
          select user_id, 'session-stopped' as kind, jsonb_build_object('device_name', device_name, 'ip', ip) as details
          from ended
          union all
          -- The device is still there: it was not its owner who came without the key.
          select user_id, 'device-key-refused', jsonb_build_object('device_name', device_name)
          from decided d where d.outcome = 'rotated' and d.key_refused_at > d.rotated_at`,
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
                when d.outcome = 'rotated' and d.dpop_jkt is null and ${proofJkt} is not null then 'device-key-bound'
                when d.outcome = 'retried' and d.network <> ${refresh.network} then 'refreshed-from-another-network'
              end as kind
            ) k
            where k.kind is not null`,
      })}
      select d.outcome, d.end_reason, d.is_replaced, n.*, exists (select from queued) as mail_is_due,
        ${issuedTo(sql`d.account`, { ...refresh, when: sql`d.outcome in ('rotated', 'retried')` })}
      from decided d cross join lateral (
        select ${newestTokenIn('r')} from rotated r
        union all
        select ${newestTokenIn('d')} where d.outcome <> 'rotated'
      ) n`,
    { repeatable: true },
  );
  return rotation ?? { outcome: 'unknown' };
}
