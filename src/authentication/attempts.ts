// Throttling of password guesses (NIST SP 800-63B-4, section 3.2.2): by address, by known device and by session, each
// counted before the password is looked at. Of what is guessed at only the hash is kept: who has no account never
// gave us their address.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../database/client.ts';
import {
  freeLoginAttempts,
  loginAttemptsKeptSeconds,
  loginPauseSeconds,
  maximumLoginPauseSeconds,
} from '../lifetimes.ts';

/** SHA-256 in hexadecimal, of an address in SQL, or of a device or a session as the functions below name it. */
export function targetHash(target: SQL): SQL {
  return sql`encode(sha256(convert_to(${target}, 'UTF8')), 'hex')`;
}

/**
 * A query for the hash of each target that is a person's: their address, every known device and every session of
 * theirs.
 */
export function targetHashesOf({ userId, email }: { userId: SQL; email: SQL }): SQL {
  return sql`
    select ${targetHash(email)}
    union all select ${targetHash(deviceAsTarget(sql`k.id`))} from known_devices k where k.user_id = ${userId}
    union all select ${targetHash(sessionAsTarget(sql`s.id`))} from sessions s where s.user_id = ${userId}`;
}

/** No address has a space in it. */
export function sessionAsTarget(sessionId: string | SQL): SQL {
  return sql`'session ' || ${sessionId}::text`;
}

export function deviceAsTarget(deviceId: string | SQL): SQL {
  return sql`'device ' || ${deviceId}::text`;
}

/**
 * What `last_call` becomes once the failure of that call is in the security log; a `callHash` holds no `!`. The two
 * are kept apart, because a guesser who hangs up before the answer has been counted and not yet recorded, and a
 * repeat has to record it.
 */
export function failedCall(call: string | null): SQL {
  return sql`${call}::text || '!'`;
}

/**
 * A common table expression `attempt` (`attempts`): the attempt, counted; one row, or none while the target is in a
 * pause. Concurrent guesses wait for each other here and cannot slip under the limit. A repeat of the call that was
 * counted last is not counted, nor held up by the pause that it caused: it tries the same password.
 *
 * @param from a `from` clause, where the attempt depends on something: one row, or none and nothing is counted.
 * @param call the `callHash`, where the call has an Idempotency-Key.
 */
export function countedAttempt(
  target: SQL,
  {
    now,
    from = sql``,
    call = null,
    keptSeconds = sql`${loginAttemptsKeptSeconds}`,
  }: { now: Date; from?: SQL; call?: string | null; keptSeconds?: SQL },
): SQL {
  const time = sql`${now.toISOString()}::timestamptz`;
  const isRepeat = sql`coalesce(a.last_call in (${call}, ${failedCall(call)}), false)`;
  return sql`
    attempt as (
      insert into login_attempts as a (address_hash, attempts, last_call, locked_until, expires_at)
      select ${targetHash(target)}, 1, ${call}, '-infinity', ${time} + (${keptSeconds})::int * interval '1 second' ${from}
      on conflict (address_hash) do update set
        attempts = case when ${isRepeat} then a.attempts when a.expires_at <= ${time} then 1 else a.attempts + 1 end,
        last_call = case when ${isRepeat} then a.last_call else excluded.last_call end,
        locked_until = case when ${isRepeat} then a.locked_until
          when a.expires_at > ${time} and a.attempts >= ${freeLoginAttempts}
          then ${time} + least(${maximumLoginPauseSeconds}::float8,
            ${loginPauseSeconds}::float8 * power(2, least(a.attempts - ${freeLoginAttempts}, 20))) * interval '1 second'
          -- Not the time: another isolate's clock may be behind, and its attempt is not in a pause.
          else '-infinity' end,
        expires_at = excluded.expires_at
      where a.locked_until <= ${time} or ${isRepeat}
      returning a.attempts
    )`;
}

/**
 * A common table expression `forgotten`: no attempt counts against somebody who has shown that they know the
 * password.
 *
 * @param onlyIf a condition without which they still count.
 */
export function forgottenAttempts(target: SQL, onlyIf: SQL = sql`true`): SQL {
  return sql`
    forgotten as (
      delete from login_attempts where address_hash = ${targetHash(target)} and ${onlyIf}
    )`;
}

/** For a caller who knew the password and was refused for something else: that was no guess. */
export async function forgetAttempts(database: Database, sessionId: string): Promise<void> {
  await database.query(sql`with ${forgottenAttempts(sessionAsTarget(sessionId))} select 1`, {
    repeatable: true,
  });
}
