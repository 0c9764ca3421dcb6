// Re-authentication: the password of the user who calls, for endpoints that ask for it once more before they change what matters.

import { sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../database/client.ts';
import { activeCaller, type Caller } from '../sessions/active-caller.ts';
import { isReplacedBy } from '../sessions/succession.ts';
import { countedAttempt, sessionAsTarget, targetHash } from './attempts.ts';

export type CallerPassword = {
  readonly password_hash: string;
  /** What a condition on the password is held to: a rehash of the same one is no other. */
  readonly password_version: number;
  readonly email: string;
  readonly name: string;
  /** False in a pause: then no password is looked at. */
  readonly counts: boolean;
  /** How long the pause still is. */
  readonly pause_seconds: number | null;
  /** The call changed the password before: the session of the caller has ended by that. */
  readonly is_repeat: boolean;
};

/**
 * Counts an attempt before the password is looked at, and reads what to check it against. Nothing when the caller's session has
 * ended, unless by a change of the password with the key of this call. Attempts are counted by session: whoever holds a stolen one
 * locks nobody out of their account on another device.
 */
export async function findCallerPassword(
  database: Database,
  caller: Caller,
  changeKeyHash: string | null = null,
): Promise<CallerPassword | undefined> {
  const target = sessionAsTarget(caller.sessionId);
  const repeating =
    changeKeyHash === null
      ? sql``
      : sql`
        union all
        select s.user_id, true from sessions s
        where s.id = ${caller.sessionId} and s.user_id = ${caller.userId}
          and ${isReplacedBy(changeKeyHash, sql`${caller.now.toISOString()}::timestamptz`)}`;
  const [row] = await database.query<CallerPassword>(
    sql`
      with ${activeCaller(caller)},
      owner as (
        select user_id, false as is_repeat from caller${repeating}
      ),
      ${countedAttempt(target, { now: caller.now, from: sql`from owner` })}
      select u.password_hash, u.password_version, u.email, u.name, owner.is_repeat, exists (select from attempt) as counts, (
          select ceil(extract(epoch from a.locked_until - ${caller.now.toISOString()}::timestamptz))::int
          from login_attempts a where a.address_hash = ${targetHash(target)} and isfinite(a.locked_until)
        ) as pause_seconds
      from users u join owner on owner.user_id = u.id`,
    // A second count of one attempt does no harm.
    { repeatable: true },
  );
  return row;
}
