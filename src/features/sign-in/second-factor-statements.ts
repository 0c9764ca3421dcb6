// The statements of a sign-in in two steps: the first factor is noted, and then the second one completes it.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../../database/client.ts';
import { idempotentCall } from '../../database/idempotent-calls.ts';
import { countedEvent, type RequestMetadata } from '../../database/security-events.ts';
import {
  authSessionSeconds,
  codeTries,
  idempotentCallSeconds,
  maximumFailedSignIns,
} from '../../lifetimes.ts';
import type { ShownFactor } from '../../sessions/second-factor.ts';
import { completeSignIn, forgivenFailures, type SignIn, type SignInCall } from './complete-statements.ts';

/** A sign-in that owes a second factor. */
export type AskedFactor = { readonly id: string; readonly created_at: string; readonly has_passkey: boolean };

/**
 * Notes the first factor of somebody who owes a second. It counts as a failure until the sign-in is finished: whoever knows
 * the password gets no endless supply of these.
 *
 * @param asking.proven common table expressions that end in `proven` (sessions/start.ts).
 * @param asking.set assignments to columns of `u` beside the count.
 * @returns nothing where what was shown is not the account's any more.
 */
export async function askForSecondFactor(
  database: Database,
  asking: {
    readonly proven: SQL;
    readonly set?: SQL;
    /** The known device whose tries are counted. */
    readonly deviceId: string | null;
    /** Whether the first factor can be guessed. */
    readonly isCounted: boolean;
    readonly callHash: string | null;
    readonly newId: string;
    readonly origin: RequestMetadata;
    readonly now: Date;
  },
): Promise<AskedFactor | undefined> {
  const { deviceId, newId, callHash, origin, now, set = sql`` } = asking;
  const time = sql`${now.toISOString()}::timestamptz`;
  const counts = sql`(${asking.isCounted && deviceId === null}::boolean and not c.is_repeat)`;
  const [asked] = await database.query<AskedFactor>(
    sql`
      with ${asking.proven},
      ${idempotentCall({
        callHash,
        newId,
        now,
        onlyIf: sql`exists (select from proven where may_sign_in and totp_id is not null)`,
      })},
      asked as (
        insert into auth_sessions as a (id, user_id, password_version, epoch, factors_version, amr, device_id, created_at, expires_at)
        select call.id, p.user_id, p.password_version, p.epoch, p.factors_version, p.amr, ${deviceId}, ${time},
          ${time} + ${authSessionSeconds}::int * interval '1 second'
        from proven p, call
        on conflict (id) do update set user_id = excluded.user_id
        returning a.id, a.user_id, a.created_at
      ),
      counted as (
        update users u
        set failed_sign_ins = least(u.failed_sign_ins + ${counts}::int, ${maximumFailedSignIns})${set}
        from asked, call c where u.id = asked.user_id
      ),
      ${countedEvent({
        kind: 'second-factor-required',
        of: sql`select asked.user_id, asked.user_id::text as whose from asked, call where not call.is_repeat`,
        origin,
        now,
      })}
      select asked.id, asked.created_at, u.passkey_count > 0 as has_passkey from asked join users u on u.id = asked.user_id`,
    { repeatable: true },
  );
  return asked;
}

/** What a second step is checked against. */
export type SecondStep = {
  readonly user_id: string;
  readonly device_id: string | null;
  readonly totp_id: string | null;
  readonly totp_secret: string | null;
  /** Of this user, with the credential id that was shown. */
  readonly passkey_id: string | null;
  readonly public_key: Record<string, unknown> | null;
  readonly attempts_left: number;
  /** The call has finished the sign-in before, or has been counted. */
  readonly is_repeat: boolean;
  readonly is_finished: boolean;
};

/** A condition on `a`, a sign-in that owes a second factor, and `u`, its user: nothing has changed since the first one. */
const stillHolds = sql`
  (a.user_id = u.id and a.password_version = u.password_version and a.epoch = u.session_epoch
    and a.factors_version = u.factors_version)`;

/**
 * Counts a try before the code is looked at, so that concurrent guesses cannot slip under the limit, and reads what to check it
 * against. The repeat of a call is no other try.
 *
 * @returns nothing where it is over: too old, finished, out of tries, or the account's credentials have changed.
 */
export async function beginSecondStep(
  database: Database,
  step: {
    readonly authSessionId: string;
    readonly credentialId: string | null;
    readonly call: string;
    readonly now: Date;
  },
): Promise<SecondStep | undefined> {
  const { call } = step;
  const time = sql`${step.now.toISOString()}::timestamptz`;
  const isFinished = sql`
    coalesce(a.spent_call = ${call} and a.spent_at > ${time} - ${idempotentCallSeconds}::int * interval '1 second', false)`;
  const isRepeat = sql`(${isFinished} or coalesce(a.last_call = ${call}, false))`;
  const [found] = await database.query<SecondStep>(
    sql`
      with asked as (
        select a.id, a.device_id, a.user_id, u.totp_id, ${isFinished} as is_finished, ${isRepeat} as is_repeat
        from auth_sessions a join users u on ${stillHolds}
        where a.id = ${step.authSessionId} and (a.expires_at > ${time} or ${isFinished})
      ),
      tried as (
        update auth_sessions a
        set tries = a.tries + (not ${isRepeat})::int, last_call = ${call}
        from asked q
        where a.id = q.id and (${isRepeat} or (a.spent_at is null and a.tries < ${codeTries}))
        returning a.tries
      )
      select q.user_id, q.device_id, q.totp_id, t.secret as totp_secret, p.id as passkey_id, p.public_key,
        ${codeTries}::int - tried.tries as attempts_left, q.is_repeat, q.is_finished
      from asked q join tried on true left join totp_secrets t on t.id = q.totp_id
      left join passkeys p on p.user_id = q.user_id and p.credential_id = ${step.credentialId} and p.removed_at is null`,
    // A second count of one try does no harm.
    { repeatable: true },
  );
  return found;
}

/**
 * Completes a sign-in by its second factor: it is spent, and the session begins.
 *
 * @param step.factor a code; or, with a passkey, `and`: common table expressions over `owner` that end in `used`, one row where
 *   the passkey may be used, with the `amr` that it adds.
 */
export function completeSecondStep(
  database: Database,
  step: SignInCall & {
    readonly authSessionId: string;
    readonly deviceId: string | null;
    readonly factor?: ShownFactor | undefined;
    readonly and?: SQL;
    readonly callOrId: string;
  },
): Promise<SignIn> {
  const { deviceId, factor, and, callOrId, now } = step;
  const time = sql`${now.toISOString()}::timestamptz`;
  const isRepeat = sql`
    coalesce(a.spent_call = ${callOrId} and a.spent_at > ${time} - ${idempotentCallSeconds}::int * interval '1 second', false)`;
  const owner = sql`
    select u.id as user_id, u.email, u.role, u.session_epoch as epoch, u.password_version, u.factors_version, u.totp_id,
      true as may_sign_in, a.amr, 'aal1' as acr
    from users u join auth_sessions a on ${stillHolds}
    where a.id = ${step.authSessionId} and ((a.spent_at is null and a.expires_at > ${time}) or ${isRepeat})
      and (${deviceId !== null}::boolean or u.failed_sign_ins < ${maximumFailedSignIns})
    -- Lock order: the user first, as in every other statement. Of two that finish it the second sees that it is finished.
    for no key update of u, a`;
  const proven = and
    ? sql`
        owner as (${owner}),
        ${and},
        proven as (
          select o.user_id, o.email, o.role, o.epoch, o.password_version, o.factors_version, o.totp_id, o.may_sign_in,
            o.amr || used.amr as amr, 'aal2' as acr
          from owner o, used
        )`
    : sql`proven as (${owner})`;
  return completeSignIn(database, step, {
    proven,
    factor,
    also: sql`
      finished as (
        update auth_sessions a set spent_at = coalesce(a.spent_at, ${time}), spent_call = ${callOrId}
        where a.id = ${step.authSessionId} and exists (select from admitted)
      ),
      ${forgivenFailures(deviceId)}`,
  });
}

/** Counts a wrong code of somebody who had shown the first factor: at the secret, at the account, and for its owner to read. */
export async function recordWrongFactor(
  database: Database,
  wrong: {
    readonly userId: string;
    readonly totpId: string | null;
    /** Whether it was at a sign-in by a device that is not known. */
    readonly isStrangers: boolean;
    readonly origin: RequestMetadata;
    readonly now: Date;
  },
): Promise<void> {
  await database.query(
    sql`
      with owner as (
        update users u
        set failed_sign_ins = least(u.failed_sign_ins + ${wrong.isStrangers}::boolean::int, ${maximumFailedSignIns})
        where u.id = ${wrong.userId}
        returning u.id as user_id
      ),
      failed as (
        update totp_secrets t set failures = least(t.failures + 1, ${maximumFailedSignIns})
        from owner where t.id = ${wrong.totpId}::uuid and t.user_id = owner.user_id
      ),
      ${countedEvent({
        ...wrong,
        kind: 'second-factor-failed',
        of: sql`select user_id, user_id::text as whose from owner`,
      })}
      select from owner`,
    // A second count of one failure does no harm.
    { repeatable: true },
  );
}
