// Idempotency of a change of the password: the session that took the place of another, for a client that lost the
// answer.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../database/client.ts';
import { queuedMail } from '../database/mail-queue.ts';
import { type EventContext, oncePerGeneration, recordedEvent } from '../database/security-events.ts';
import { idempotencyKeySeconds } from '../lifetimes.ts';
import { isNotEnded } from './active-caller.ts';
import { endedSessions } from './end.ts';
import { issuedTo, type NewestToken, newestToken } from './state.ts';

/** The session that took the place of another, and the device that it made known. */
export type Successor = NewestToken & { readonly session_id: string; readonly device_id: string | null };

/**
 * Somebody else has refreshed it: within 30 s it may be another process of the caller's (`superseded`); then two have had
 * the key, and it is over (`reused`).
 */
export type FoundSuccessor =
  | ({ readonly outcome: 'found' } & Successor)
  | { readonly outcome: 'superseded' | 'reused' };

export type Succession = Omit<EventContext, 'eventId'> & {
  /** The session that ended. */
  readonly sessionId: string;
  readonly userId: string;
  /** SHA-256 of the Idempotency-Key of the change. */
  readonly keyHash: string;
  readonly network: string | null;
  readonly mailId: string;
  readonly roleClaim: string;
  readonly retryWindowSeconds: number;
  /** Of the old session's token that is presented, where one is: the newest, or one that is ahead of a backup. */
  readonly generation?: number;
  /** Where the new password was checked: of the password that it was. */
  readonly passwordVersion?: number;
};

/**
 * Common table expressions `successor` (a `Successor`, one row or none), `ended` and `recorded`. For a day after the
 * change, and while the new session is not refreshed: from then on somebody has it. Whoever asks for it then, later than
 * another process would, shows that two have the old token and its key: the new session ends as one that was copied.
 *
 * Where the session that ended had a key, neither matters: nobody else can have asked. A key that the new one was bound to
 * later does not do: whoever asks with the old token has shown none.
 */
export function successorSession(replaced: Succession): SQL {
  const { generation = null, passwordVersion = null } = replaced;
  const now = sql`${replaced.now.toISOString()}::timestamptz`;
  return sql`
    replacement as (
      select n.id, n.network, u as account,
        case
          when n.generation = 0 or s.dpop_jkt is not null then 'found'
          when ${now} <= s.ended_at + ${replaced.retryWindowSeconds}::int * interval '1 second' then 'superseded'
          else 'reused'
        end as outcome
      from sessions s join users u on u.id = s.user_id join sessions n on n.id = s.successor_id
      where s.id = ${replaced.sessionId} and s.user_id = ${replaced.userId} and ${isReplacedBy(replaced.keyHash, now)}
        and (s.generation <= coalesce(${generation}::int, s.generation) or s.dpop_jkt is not null)
        and u.password_version = coalesce(${passwordVersion}::int, u.password_version)
        and ${isNotEnded({ session: 'n' })} and n.expires_at > ${now}
    ),
    successor as (
      select n.id as session_id, ${newestToken('n')}, n.device_id,
        ${issuedTo(sql`r.account`, { ...replaced, when: sql`r.outcome = 'found'` })}
      from replacement r join sessions n on n.id = r.id
      where r.outcome = 'found'
    ),
    ${endedSessions({
      which: sql`s.id = (select id from replacement where outcome = 'reused')`,
      reason: 'reuse',
      now: replaced.now,
    })},
    ${queuedMail({
      ...replaced,
      kind: 'session-stopped',
      to: sql`select user_id, jsonb_build_object('device_name', device_name, 'ip', ip) as details from ended`,
    })},
    ${recordedEvent({
      ...replaced,
      eventId: sql`e.event_id`,
      kind: sql`e.kind`,
      of: sql`
          select n.user_id, n.id as session_id, k.kind, ${oncePerGeneration(sql`n`, sql`k.kind`)} as event_id
          from replacement r join sessions n on n.id = r.id cross join lateral (
            select case
              when r.outcome = 'superseded' then 'refresh-superseded'
              when exists (select from ended) then 'refresh-token-reused'
              when n.network <> ${replaced.network} then 'refreshed-from-another-network'
            end as kind
          ) k
          where k.kind is not null`,
    })}`;
}

/** A query over what `successorSession` makes: a `FoundSuccessor`, one row or none. */
export const foundSuccessor = sql`
  select r.outcome, f.* from replacement r left join successor f on true`;

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
): Promise<FoundSuccessor | undefined> {
  const [successor] = await database.query<FoundSuccessor>(
    sql`with ${successorSession(replaced)} ${foundSuccessor}`,
    { repeatable: true },
  );
  return successor;
}
