// The key that a session is bound to. A token that comes without it is refused and the session lives: otherwise whoever has
// a copy could end it.

import { sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../database/client.ts';
import { type EventContext, recordedEvent } from '../database/security-events.ts';
import { refusedKeyEventSeconds } from '../lifetimes.ts';
import { Problem } from '../problems.ts';
import { type Caller, isActive } from './active-caller.ts';

/**
 * @param bound the thumbprint of the session's key; undefined where it is bound to none.
 * @param proven of the key whose proof came along.
 * @throws Problem `device-key-required` or `device-key-mismatch`.
 */
export function requireSessionKey(bound: string | undefined, proven: string | undefined): void {
  if (bound === undefined || bound === proven) return;
  throw new Problem(proven === undefined ? 'device-key-required' : 'device-key-mismatch');
}

/**
 * An event, once a day. Where the key itself refreshes the session afterwards, its owner is told by mail (rotation.ts):
 * then it was not they who came without it.
 *
 * @param refused.jkt of the key in the token.
 */
export async function recordRefusedKey(
  database: Database,
  refused: Caller & EventContext & { readonly jkt: string },
): Promise<void> {
  const now = sql`${refused.now.toISOString()}::timestamptz`;
  await database.query(
    sql`
      with refused as (
        update sessions s set key_refused_at = ${now}
        from users u
        where s.id = ${refused.sessionId} and s.user_id = ${refused.userId} and u.id = s.user_id
          and ${isActive(refused.now)} and s.dpop_jkt = ${refused.jkt}
          and coalesce(s.key_refused_at <= ${now} - ${refusedKeyEventSeconds}::int * interval '1 second', true)
        returning s.user_id, s.id as session_id
      ),
      ${recordedEvent({ ...refused, kind: 'device-key-refused', of: sql`select * from refused` })}
      select from refused`,
    { repeatable: true },
  );
}
