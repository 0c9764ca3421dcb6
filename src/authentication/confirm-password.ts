// Re-authentication: the password once more, before what a borrowed or stolen device must not be able to do.

import { sql } from 'drizzle-orm/sql/sql';
import type { Dependencies } from '../context.ts';
import type { Database } from '../database/client.ts';
import { wasSpentBy } from '../database/idempotent-calls.ts';
import { loginPauseSeconds } from '../lifetimes.ts';
import { Problem } from '../problems.ts';
import { activeCaller, type Caller } from '../sessions/active-caller.ts';
import { requireSessionKey } from '../sessions/session-key.ts';
import { isReplacedBy } from '../sessions/succession.ts';
import { countedAttempt, sessionAsTarget, targetHash } from './attempts.ts';
import { tooManyRequests, withinLimit } from './limits.ts';
import { missingSignIn, refusedCaller } from './refused-caller.ts';

export type CallerPassword = {
  /** Null where the account has no password: then whatever is given is wrong. */
  readonly password_hash: string | null;
  /** For conditions on the password. A rehash of the same password keeps its version. */
  readonly password_version: number;
  readonly email: string;
  readonly name: string;
  /** Throttled: in a pause no password is checked. */
  readonly is_locked: boolean;
  /** What is left of the pause. */
  readonly pause_seconds: number | null;
  /** A repeat: the call has changed the password before, which ended the caller's session. */
  readonly is_repeat: boolean;
  /** Of the session's key; null where it is bound to none. */
  readonly dpop_jkt: string | null;
  /** The user has a second factor, and the sign-in was without it or too long ago: the password is not enough. */
  readonly is_short: boolean;
  /** Has no password, and cannot be asked for one. */
  readonly is_guest: boolean;
  /** The second factor that is owed, sealed; null where there is none. */
  readonly totp_id: string | null;
  readonly totp_secret: string | null;
  /** Its code was used by this call before. */
  readonly is_repeated_code: boolean;
};

/** Where a second factor is shown beside the password: then the sign-in may be as it is. `call` tells a repeat. */
type ShownBeside = { readonly call: string | null };

type PasswordChange = {
  readonly keyHash: string | null;
  readonly password: string;
  readonly proofJkt: string | undefined;
};

/**
 * The first of an endpoint's two round trips. The second has the password's version as a condition, so that a
 * password that was changed in between stays changed.
 *
 * @param with.change where the call changes the password: its Idempotency-Key and the new password, by which a repeat of the
 *   call is checked; and the key whose proof came along, since new tokens take the place of the session's.
 * @throws Problem `session-ended`, `account-is-guest`, `invalid-credentials`, `recent-sign-in-required`, `device-key-required`,
 *   `device-key-mismatch` or `too-many-requests`.
 */
export async function confirmPassword(
  { database, limits, passwords }: Pick<Dependencies, 'database' | 'limits' | 'passwords'>,
  caller: Caller,
  password: string,
  { change, beside }: { readonly change?: PasswordChange; readonly beside?: ShownBeside } = {},
): Promise<CallerPassword> {
  await withinLimit(limits.address, `password ${caller.sessionId}`);
  const owner = await findCallerPassword(database, caller, { change, beside });
  if (!owner) throw new Problem('session-ended');
  if (owner.is_guest) throw new Problem('account-is-guest');
  if (owner.is_short) throw await refusedCaller({ database }, caller);
  if (change) requireSessionKey(owner.dpop_jkt ?? undefined, change.proofJkt);
  if (owner.is_locked) throw tooManyRequests(owner.pause_seconds ?? loginPauseSeconds);
  const given = owner.is_repeat && change ? change.password : password;
  const { matches } = await passwords.verify(given, owner.password_hash ?? passwords.decoy);
  if (!matches || owner.password_hash === null) throw new Problem('invalid-credentials');
  return owner;
}

/**
 * Counts an attempt before the password is checked, and reads what to check it against. Undefined when the caller's
 * session has ended, unless a change of the password with the key of this call has ended it.
 *
 * Attempts are counted by session: a thief of one session locks nobody out of their account on another device. Without
 * the session's key, or the level that the user can show, no password is tried, and none counted.
 */
async function findCallerPassword(
  database: Database,
  caller: Caller,
  { change, beside }: { change: PasswordChange | undefined; beside: ShownBeside | undefined },
): Promise<CallerPassword | undefined> {
  const target = sessionAsTarget(caller.sessionId);
  const changeKeyHash = change?.keyHash ?? null;
  const withItsKey = change
    ? sql`and (
        select s.dpop_jkt is null or s.dpop_jkt = ${change.proofJkt ?? null}::text from sessions s where s.id = ${caller.sessionId}
      )`
    : sql``;
  const isSure = beside !== undefined || missingSignIn(caller, { hasSecondFactor: true }) === undefined;
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
      asking as (
        select user_id, false as is_repeat from caller${repeating}
      ),
      owner as (
        select a.*, u.is_guest, u.totp_id is not null and not a.is_repeat and not ${isSure}::boolean as is_short
        from asking a join users u on u.id = a.user_id
      ),
      ${countedAttempt(target, { now: caller.now, call: beside?.call ?? null, from: sql`from owner where not is_short and not is_guest ${withItsKey}` })}
      select u.password_hash, u.password_version, u.email, u.name, owner.is_repeat, owner.is_short, owner.is_guest,
        u.totp_id, t.secret as totp_secret, ${wasSpentBy(beside?.call ?? null, { row: 't', now: caller.now })} as is_repeated_code,
        not exists (select from attempt) as is_locked,
        (select s.dpop_jkt from sessions s where s.id = ${caller.sessionId}) as dpop_jkt, (
          select ceil(extract(epoch from a.locked_until - ${caller.now.toISOString()}::timestamptz))::int
          from login_attempts a where a.address_hash = ${targetHash(target)} and isfinite(a.locked_until)
        ) as pause_seconds
      from users u join owner on owner.user_id = u.id left join totp_secrets t on t.id = u.totp_id`,
    // A second count of one attempt does no harm.
    { repeatable: true },
  );
  return row;
}
