// The statement that ends a sign-in, whatever was shown: the session begins, the tries are forgotten.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { deviceAsTarget, forgottenAttempts } from '../../authentication/attempts.ts';
import type { Database } from '../../database/client.ts';
import { maximumFailedSignIns } from '../../lifetimes.ts';
import type { ShownFactor } from '../../sessions/second-factor.ts';
import { provenUser, type SessionStart, startedSession } from '../../sessions/start.ts';
import { byPassword, newestTokenIn, type StartedSession } from '../../sessions/state.ts';

export type SignIn =
  | ({
      readonly outcome: 'started';
      readonly device_id: string;
      readonly mail_is_due: boolean;
    } & StartedSession)
  /** A repeat, after the session was refreshed or ended. */
  | { readonly outcome: 'superseded' }
  /** The code was used before, or the account has another second factor by now. */
  | { readonly outcome: 'factor-refused' }
  /** What was shown is not the account's any more. */
  | { readonly outcome: 'refused' };

export type SignInCall = SessionStart & {
  readonly call: string | null;
  readonly eventId: string;
  readonly mailId: string;
};

/**
 * @param by.proven common table expressions that end in `proven` (sessions/start.ts).
 * @param by.also more of them, over `proven` and `admitted`.
 */
export async function completeSignIn(
  database: Database,
  start: SignInCall,
  by: { readonly proven: SQL; readonly factor?: ShownFactor | undefined; readonly also?: SQL },
): Promise<SignIn> {
  const [signIn] = await database.query<SignIn>(
    sql`
      with ${by.proven},
      ${startedSession({
        ...start,
        callHash: start.call,
        factor: by.factor,
        event: { id: start.eventId, kind: 'signed-in' },
      })}${by.also ? sql`, ${by.also}` : sql``}
      select case when a.user_id is null then 'factor-refused' when s.id is null then 'superseded' else 'started' end as outcome,
        s.id as session_id, s.user_id, s.device_id, ${newestTokenIn('s')}, p.role, exists (select from queued) as mail_is_due
      from proven p left join admitted a on true left join started s on true
      where p.may_sign_in`,
    { repeatable: true },
  );
  return signIn ?? { outcome: 'refused' };
}

/**
 * Common table expressions: the failures of whoever has signed in are forgotten, those of strangers or of the known device that
 * was used.
 *
 * @param set more assignments to columns of `u`, and the condition for them.
 */
export function forgivenFailures(
  deviceId: string | null,
  { set = sql``, or = sql`false` }: { readonly set?: SQL; readonly or?: SQL } = {},
): SQL {
  const isStranger = sql`${deviceId === null}::boolean`;
  return sql`
    kept as (
      update users u set failed_sign_ins = case when ${isStranger} then 0 else u.failed_sign_ins end${set}
      from admitted a
      where u.id = a.user_id and (${or} or (${isStranger} and u.failed_sign_ins > 0))
    ),
    ${forgottenAttempts(
      deviceId === null ? sql`(select email from admitted)` : deviceAsTarget(deviceId),
      sql`exists (select from admitted)`,
    )}`;
}

export type CheckedPassword = {
  readonly userId: string;
  /** The device whose tries were counted. */
  readonly deviceId: string | null;
  readonly passwordVersion: number;
  readonly checkedHash: string;
  /** To be kept instead of the checked one, where that is not today's. */
  readonly newHash: string | null;
};

/**
 * A common table expression `proven`: the user, while the checked password is theirs and strangers have not failed too often.
 */
export function provenByPassword({ userId, deviceId, passwordVersion }: CheckedPassword): SQL {
  return sql`
    proven as (
      select ${provenUser(byPassword)} from users u
      where u.id = ${userId} and u.password_version = ${passwordVersion}
        -- Whatever was checked then was another account's.
        and u.password_hash is not null
        and (${deviceId !== null}::boolean or u.failed_sign_ins < ${maximumFailedSignIns})
      -- A change of the password waits for us or we for it; having waited, the condition is looked at again.
      for no key update
    )`;
}

/** An assignment to `u.password_hash`, that follows others. */
export function rehashed({ checkedHash, newHash }: CheckedPassword): SQL {
  // What another login has kept meanwhile stays, and so does what version 0.1.0 writes: it counts no passwords.
  return sql`,
    password_hash = case when u.password_hash = ${checkedHash} then coalesce(${newHash}, u.password_hash) else u.password_hash end`;
}

/**
 * Starts a session for a user whose password was right when it was the account's `passwordVersion`th; the failures
 * are forgotten, a hash that is not today's is replaced, and a device that is not known is told of. A repeat of the call
 * gets the same session.
 */
export function completeLogin(
  database: Database,
  login: SignInCall & CheckedPassword & { readonly factor?: ShownFactor | undefined },
): Promise<SignIn> {
  const { deviceId } = login;
  return completeSignIn(
    database,
    { ...login, presentedDeviceId: deviceId },
    {
      proven: provenByPassword(login),
      factor: login.factor,
      also: forgivenFailures(deviceId, { set: rehashed(login), or: sql`${login.newHash}::text is not null` }),
    },
  );
}
