// The statements of the second step of a sign-in: what it is checked against, and the session that it begins.

import { sql } from 'drizzle-orm/sql/sql';
import { joinedIdentity } from '../../authentication/joined-identity.ts';
import {
  type ShownPasskey,
  type StoredPasskey,
  storedPasskey,
  usedPasskey,
} from '../../authentication/shown-passkey.ts';
import type { Database } from '../../database/client.ts';
import { wasSpentBy } from '../../database/idempotent-calls.ts';
import { codeTries, maximumFailedSignIns } from '../../lifetimes.ts';
import type { ShownFactor } from '../../sessions/second-factor.ts';
import { completeSignIn, forgivenFailures, type SignIn, type SignInCall } from './complete-statements.ts';

/** What a second step is checked against. */
export type SecondStep = {
  readonly user_id: string;
  /** The method of the first factor. */
  readonly amr: readonly string[];
  /** The identity provider that vouched first. */
  readonly idp: string | null;
  readonly device_id: string | null;
  readonly totp_id: string | null;
  readonly totp_secret: string | null;
  /** Of this user, with the credential id that was shown. */
  readonly passkey: StoredPasskey | null;
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
  const isFinished = wasSpentBy(call, { row: 'a', now: step.now });
  const isRepeat = sql`(${isFinished} or coalesce(a.last_call = ${call}, false))`;
  const [found] = await database.query<SecondStep>(
    sql`
      with asked as (
        select a.id, a.device_id, a.user_id, a.amr, a.idp, u.totp_id, ${isFinished} as is_finished, ${isRepeat} as is_repeat
        from auth_sessions a join users u on ${stillHolds}
        where a.id = ${step.authSessionId} and (a.expires_at > ${time} or ${isFinished})
        -- Having waited for the same call, it is a repeat of that.
        for no key update of a
      ),
      tried as (
        update auth_sessions a
        set tries = a.tries + (not ${isRepeat})::int, last_call = ${call}
        from asked q
        where a.id = q.id and (${isRepeat} or (a.spent_at is null and a.tries < ${codeTries}))
        returning a.tries
      )
      select q.user_id, q.amr, q.idp, q.device_id, q.totp_id, t.secret as totp_secret,
        (select to_jsonb(found) from (select ${storedPasskey} where p.id is not null) found) as passkey,
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
 * @param step.factor a code; or `passkey`.
 */
export function completeSecondStep(
  database: Database,
  step: SignInCall & {
    readonly authSessionId: string;
    readonly deviceId: string | null;
    readonly factor?: ShownFactor | undefined;
    readonly passkey?: ShownPasskey | undefined;
    readonly callOrId: string;
    /** Of the mail about an identity that joins the account. */
    readonly joinMailId: string;
  },
): Promise<SignIn> {
  const { deviceId, factor, passkey, callOrId, now } = step;
  const time = sql`${now.toISOString()}::timestamptz`;
  const isRepeat = wasSpentBy(callOrId, { row: 'a', now });
  const owner = sql`
    select u as account, u.id as user_id, u.email, u.session_epoch as epoch, u.password_version, u.factors_version, u.totp_id,
      true as may_sign_in, a.amr, 'aal1' as acr, a.idp, false as is_guest
    from users u join auth_sessions a on ${stillHolds}
    where a.id = ${step.authSessionId} and ((a.spent_at is null and a.expires_at > ${time}) or ${isRepeat})
      -- Only the password can have been guessed at: nobody is kept out by guesses at one that they have not used.
      and (${deviceId !== null}::boolean or not 'pwd' = any (a.amr) or u.failed_sign_ins < ${maximumFailedSignIns})
    -- Lock order: the user first, as in every other statement. Of two that finish it the second sees that it is finished.
    for no key update of u, a`;
  const proven = passkey
    ? sql`
        owner as (${owner}),
        ${usedPasskey('owner', passkey, { call: callOrId, now })},
        proven as (
          select o.account, o.user_id, o.email, o.epoch, o.password_version, o.factors_version, o.totp_id, o.may_sign_in,
            used.amr, used.acr, o.idp, o.is_guest
          from owner o, used
        )`
    : sql`proven as (${owner})`;
  return completeSignIn(database, step, {
    proven,
    factor,
    mails: sql`exists (select from join_queued)`,
    changed: sql`(select account from kept)`,
    also: sql`
      ${joinedIdentity({
        ...step,
        eventId: step.joinMailId,
        mailId: step.joinMailId,
        of: sql`
            select a.user_id, a.email, a.acr, q.joining from admitted a join auth_sessions q on q.id = ${step.authSessionId}
            where q.joining is not null`,
      })},
      finished as (
        update auth_sessions a
        set spent_at = coalesce(a.spent_at, ${time}), spent_call = ${callOrId},
          -- A repeat of this call finds the account as it leaves it.
          factors_version = a.factors_version + (select count(*)::int from joined)
        where a.id = ${step.authSessionId} and exists (select from admitted)
      ),
      ${forgivenFailures(deviceId, {
        set: sql`,
          identity_count = u.identity_count + (select count(*)::int from joined),
          factors_version = u.factors_version + (select count(*)::int from joined)`,
        or: sql`exists (select from joined)`,
      })}`,
  });
}
