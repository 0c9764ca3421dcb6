// The password of the user who calls, for the endpoints that ask for it once more before they change what matters.

import { sql } from 'drizzle-orm/sql/sql';
import type { Database } from './client.ts';
import { type Caller, livingCaller } from './living-caller.ts';
import { countingOfAttempt, sessionAsTarget, targetHash } from './login-attempts.ts';

export type CallerPassword = {
  readonly password_hash: string;
  readonly email: string;
  readonly name: string;
  /** False in a pause: then no password is looked at. */
  readonly counts: boolean;
  /** How long the pause still is. */
  readonly pause_seconds: number | null;
};

/**
 * Counts an attempt before the password is looked at, and reads what to check it against; nothing when the caller's session
 * has ended. Attempts are counted by session: who holds a stolen one keeps nobody from their account on another device.
 */
export async function findCallerPassword(
  database: Database,
  caller: Caller,
): Promise<CallerPassword | undefined> {
  const target = sessionAsTarget(caller.sessionId);
  const [row] = await database.query<CallerPassword>(
    sql`
      with ${livingCaller(caller)},
      attempt as (${countingOfAttempt(target, { now: caller.now, from: sql`from caller` })})
      select u.password_hash, u.email, u.name, exists (select from attempt) as counts, (
          select ceil(extract(epoch from a.locked_until - ${caller.now.toISOString()}::timestamptz))::int
          from login_attempts a where a.address_hash = ${targetHash(target)} and isfinite(a.locked_until)
        ) as pause_seconds
      from users u join caller on caller.user_id = u.id`,
    // A second count of one attempt does no harm.
    { repeatable: true },
  );
  return row;
}
