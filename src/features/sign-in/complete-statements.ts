// The statement that ends a sign-in, whatever was shown: the session begins, the tries are forgotten.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { deviceAsTarget, forgottenAttempts } from '../../authentication/attempts.ts';
import type { Database } from '../../database/client.ts';
import type { SecurityEventKind } from '../../database/security-events.ts';
import { maximumFailedSignIns } from '../../lifetimes.ts';
import type { ShownFactor } from '../../sessions/second-factor.ts';
import { provenUser, type SessionStart, startedSession } from '../../sessions/start.ts';
import { byPassword, issuedTo, newestTokenIn, type StartedSession } from '../../sessions/state.ts';
import { type AskedFactor, askedFactor } from './owed-factor-statements.ts';

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

/** Where the statement asks for the second factor itself. */
export type AskingSignIn<More extends string = never> =
  | SignIn
  | ({ readonly outcome: 'second-factor-required' } & AskedFactor)
  | { readonly outcome: More };

export type SignInCall = SessionStart & {
  readonly call: string | null;
  readonly eventId: string;
  readonly mailId: string;
};

type ShownFirst = {
  /** Common table expressions that end in `proven` (sessions/start.ts). */
  readonly proven: SQL;
  readonly factor?: ShownFactor | undefined;
  /** More of them, over `proven` and `admitted`. */
  readonly also?: SQL;
  /** An expression: a condition that a mail is due, beside the one about a new device. */
  readonly mails?: SQL;
  /** An expression: the user's row as `also` leaves it; null where that is as in `proven`. */
  readonly changed?: SQL;
  /** What the security log calls it; `signed-in` by default. */
  readonly event?: SecurityEventKind | SQL;
};

export async function completeSignIn(database: Database, start: SignInCall, by: ShownFirst): Promise<SignIn> {
  const [signIn] = await database.query<SignIn>(
    sql`
      with ${by.proven},
      ${begun(start, by)}
      select ${outcomeOfSignIn} as outcome, ${startedColumns(start, by)}
      from proven p left join admitted a on true left join started s on true
      where p.may_sign_in`,
    { repeatable: true },
  );
  return signIn ?? { outcome: 'refused' };
}

/**
 * The same, for a first factor that needs no look at the database before it is good: the statement that sees that a second one is
 * owed, and was not shown, notes the first itself.
 *
 * @param by.otherwise an expression: the outcome where there is no `proven`.
 * @param by.columns further expressions with their names, in any outcome.
 */
export async function completeSignInOrAsk<More extends string, Columns = unknown>(
  database: Database,
  start: SignInCall,
  by: ShownFirst & { readonly otherwise: SQL; readonly columns?: SQL },
): Promise<AskingSignIn<More> & Columns> {
  const asks = by.factor === undefined;
  const [signIn] = await database.query<AskingSignIn<More> & Columns>(
    sql`
      with ${by.proven},
      ${begun({ ...start, asks }, by)},
      ${askedFactor({
        ...start,
        deviceId: presentedDeviceOf(sql`p.user_id`, sql`p.password_version`, start),
        onlyIf: sql`${asks}::boolean and p.may_sign_in and not exists (select from admitted)`,
      })}
      select case when p.user_id is null then ${by.otherwise} when q.id is not null then 'second-factor-required' else ${outcomeOfSignIn} end
          as outcome, ${startedColumns(start, by)}, q.id, q.created_at,
        coalesce((select u.passkey_count > 0 from users u where u.id = q.user_id), false) as has_passkey
        ${by.columns ? sql`, ${by.columns}` : sql``}
      from (values (1)) one left join proven p on p.may_sign_in left join admitted a on true left join started s on true
      left join asked q on true`,
    { repeatable: true },
  );
  return signIn as AskingSignIn<More> & Columns;
}

/** An expression: the device that was presented, where it is known and the user's: then tries on it are counted apart. */
export function presentedDeviceOf(
  userId: SQL,
  passwordVersion: SQL,
  { presentedDeviceId, now }: Pick<SignInCall, 'presentedDeviceId' | 'now'>,
): SQL {
  return sql`(
    select k.id from known_devices k
    where k.id = ${presentedDeviceId}::uuid and k.user_id = ${userId} and k.password_version = ${passwordVersion}
      and k.expires_at > ${now.toISOString()}
  )`;
}

const outcomeOfSignIn = sql`
  case when a.user_id is null then 'factor-refused' when s.id is null then 'superseded' else 'started' end`;

function startedColumns(
  { roleClaim }: SignInCall,
  { mails = sql`false`, changed = sql`null` }: ShownFirst,
): SQL {
  return sql`
    s.id as session_id, s.user_id, s.device_id, ${newestTokenIn('s')}, ${issuedTo(sql`coalesce(${changed}, p.account)`, { roleClaim, when: sql`s.id is not null` })}, exists (select from queued) or ${mails} as mail_is_due`;
}

function begun(
  start: SignInCall & { readonly asks?: boolean },
  { factor, also, event = 'signed-in' }: ShownFirst,
): SQL {
  return sql`
    ${startedSession({
      ...start,
      callHash: start.call,
      factor,
      event: { id: start.eventId, kind: event },
    })}${also ? sql`, ${also}` : sql``}`;
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
      returning u as account
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
