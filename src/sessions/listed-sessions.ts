// The sessions of a user as people are shown them: their owner, and operators.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { sessionsListed } from '../bounds.ts';
import { isNotEnded } from './active-caller.ts';
import { inJson, toTheHour } from './shown-times.ts';
import { levelOf } from './state.ts';

/** RFC 3339 times, the use and the end by the hour. */
export type ListedSession = {
  readonly id: string;
  readonly device_name: string | null;
  readonly user_agent: string | null;
  readonly ip: string | null;
  readonly created_at: string;
  readonly last_used_at: string;
  readonly expires_at: string;
  /** The one of whoever asks. */
  readonly current: boolean;
  /** Its refresh tokens are bound to a key of the device. */
  readonly device_bound: boolean;
  /** How its user signed in last (RFC 8176), and how sure that makes us: null where it says nothing of that. */
  readonly amr: readonly string[];
  readonly acr: string | null;
};

/**
 * A query: rows of `ListedSession`, newest use first. When one was refreshed is told by the hour, in the order too: whoever copied its
 * tokens would know when to use them.
 *
 * @param user an expression over a user's row: its id; `epoch`: its epoch, as SQL.
 * @param current the id of the asking session; null where there is none.
 */
export function listedSessions(
  user: SQL,
  { epoch, current, now }: { readonly epoch: string; readonly current: string | null; readonly now: Date },
): SQL {
  const { amr, acr } = levelOf();
  return sql`
    select s.id, s.device_name, s.user_agent, s.ip, ${inJson(sql`s.created_at`)} as created_at,
      ${inJson(toTheHour(sql`s.rotated_at`))} as last_used_at, ${inJson(toTheHour(sql`s.expires_at`))} as expires_at,
      coalesce(s.id = ${current}::uuid, false) as current, s.dpop_jkt is not null as device_bound, to_json(${amr}) as amr, ${acr} as acr
    from sessions s
    where s.user_id = ${user} and ${isNotEnded({ epoch })} and s.expires_at > ${now.toISOString()}
    order by last_used_at desc, s.id desc
    limit ${sessionsListed}`;
}
