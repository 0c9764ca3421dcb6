// An attempt at a login: counted and read before the password is looked at, and written down when it failed.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import {
  countedAttempt,
  deviceAsTarget,
  failedCall,
  forgottenAttempts,
  targetHash,
} from '../../authentication/attempts.ts';
import type { Database } from '../../database/client.ts';
import { countedEvent, type RequestMetadata } from '../../database/security-events.ts';
import { after, somethingToFlush } from '../../database/statement-parts.ts';
import {
  idempotentCallSeconds,
  knownDeviceSeconds,
  loginAttemptsKeptSeconds,
  maximumFailedSignIns,
} from '../../lifetimes.ts';
import { forgottenDevices } from '../../sessions/known-devices.ts';
import { maySignIn } from '../../sessions/start.ts';

/** What a login is checked against. */
export type Candidate = {
  /** Whose address it is; null where nobody has it. */
  readonly id: string | null;
  readonly password_version: number | null;
  readonly email_verified: boolean | null;
  /** The device that was presented, where it is known and this account's: then its tries are its own. */
  readonly device_id: string | null;
  /**
   * Whether the hash is the account's own: to be asked before anything else. If it is another's, because nobody has
   * the address or the account has no password, whatever matches it is wrong.
   */
  readonly is_theirs: boolean;
  /**
   * Whose row a failure locks: the account's, or that of the one that stands in; null where there is no account at
   * all.
   */
  readonly checked_id: string | null;
  readonly password_hash: string | null;
  /** The second factor that is owed, sealed; null where there is none. */
  readonly totp_id: string | null;
  readonly totp_secret: string | null;
  /** A repeat of a call that has made something: a session, or an `auth_session`. */
  readonly is_repeat: boolean;
  /** Throttled: in a pause, and after too many failures, whatever is given is wrong. */
  readonly is_locked: boolean;
  /** Nothing was counted. */
  readonly is_paused: boolean;
};

/** Whose tries are counted: those of a known device, or those of everybody else at the address. */
type Target = { readonly email: string; readonly deviceId: string | null };

const targetOf = ({ email, deviceId }: Target): SQL =>
  deviceId === null ? sql`${email}::text` : deviceAsTarget(deviceId);

/**
 * Counts an attempt before any password is looked at, so that concurrent guesses cannot slip under the limit, and
 * reads what to check it against. A repeat of the call that was counted last, or of one that signed in, tries no
 * other password.
 *
 * Timing side channel: hashes that other systems made cost what they cost. So an address that nobody has, like an
 * account without a password, is checked against the hash of the account whose `spread` follows `decoyPlace`, and is
 * as likely to meet such a one as any account is.
 *
 * @param login.deviceId a known device that was presented, whoever's it is.
 */
export async function beginLogin(
  database: Database,
  login: Target & { readonly decoyPlace: number; readonly call: string | null; readonly now: Date },
): Promise<Candidate> {
  const { email, call, now } = login;
  const time = sql`${now.toISOString()}::timestamptz`;
  const [candidate] = await database.query<Candidate>(
    sql`
      with device as (
        select k.id from known_devices k join users u on u.id = k.user_id and u.password_version = k.password_version
        where k.id = ${login.deviceId}::uuid and u.email = ${email} and k.expires_at > ${time}
      ),
      target as (
        select coalesce((select ${deviceAsTarget(sql`id`)} from device), ${email}::text) as name,
          exists (select from device) as is_device,
          exists (
            select from idempotent_calls where call_hash = ${call}
              and created_at > ${time} - ${idempotentCallSeconds}::int * interval '1 second'
          ) as signed_in
      ),
      ${countedAttempt(sql`target.name`, {
        now,
        from: sql`from target where not signed_in`,
        call,
        // A device's failures in a row are counted here for as long as it is known, an account's in its own row.
        keptSeconds: sql`case when is_device then ${knownDeviceSeconds}::int else ${loginAttemptsKeptSeconds}::int end`,
      })},
      decoy as (
        (
          select 0 as lap, id, password_hash from users
          where spread >= ${login.decoyPlace}::float8 and password_hash is not null order by spread limit 1
        )
        union all
        (select 1, id, password_hash from users where password_hash is not null order by spread limit 1)
        order by lap limit 1
      )
      select u.id, u.password_version, ${maySignIn} as email_verified,
        (select id from device) as device_id,
        u.password_hash is not null as is_theirs,
        coalesce(u.id, decoy.id) as checked_id,
        coalesce(u.password_hash, decoy.password_hash) as password_hash,
        u.totp_id, t.secret as totp_secret, target.signed_in as is_repeat,
        not target.signed_in and coalesce((
          select case when is_device then attempts > ${maximumFailedSignIns}
            else coalesce(u.failed_sign_ins, 0) >= ${maximumFailedSignIns} end
          from attempt
        ), true) as is_locked,
        not target.signed_in and not exists (select from attempt) as is_paused
      from target left join users u on u.email = ${email} left join totp_secrets t on t.id = u.totp_id left join decoy on true`,
    // A second count of one attempt does no harm.
    { repeatable: true },
  );
  return candidate as Candidate;
}

/** What is kept of a failure at addresses that nobody has: as many rows an hour, whatever a stranger makes up. */
export const nobodysRows = 16;

/**
 * Counts the failure: in the account's row, where no known device failed, and in the hour's row of its security log,
 * so that a guesser cannot push out of its owner's sight what else happened. A device that has failed too often is
 * not known any more.
 *
 * Timing side channel: the same is done for an address that nobody has. The row of the account that stood in is
 * written without a change, and one of a few rows of nobody's is counted up.
 */
export async function recordFailedLogin(
  database: Database,
  failure: Target & {
    readonly checkedId: string | null;
    /** Whether somebody has the address. */
    readonly isSomebodys: boolean;
    /** Where the password was right and the code of the second factor wrong: its secret. */
    readonly totpId?: string;
    /** Whether the password was not looked at, and whether that was because of a pause. */
    readonly isLocked: boolean;
    readonly isPaused: boolean;
    /** Which of nobody's rows, by chance. */
    readonly nobodysRow: number;
    readonly call: string | null;
    readonly origin: RequestMetadata;
    readonly now: Date;
  },
): Promise<void> {
  const { call, deviceId, isSomebodys, isPaused, totpId } = failure;
  const hash = targetHash(targetOf(failure));
  const isOneMore = isSomebodys && !failure.isLocked && deviceId === null;
  await database.query(
    sql`
      with checked as (
        select id from users where id = ${failure.checkedId}
        -- In a pause its row is not written, and whoever signs in on a known device does not queue behind the guesses.
        ${isPaused ? sql`for key share` : sql`for no key update`}
      ),
      tried as (
        select a.attempts, a.last_call from login_attempts a
        -- Lock order: after the account's row, as in every other statement.
        where a.address_hash = ${hash} and ${after('checked')} and not ${isPaused}::boolean
        for no key update
      ),
      failure as (
        select not exists (select from tried where last_call = ${failedCall(call)}) as is_new
      ),
      counted as (
        update users u
        set failed_sign_ins = least(u.failed_sign_ins + (f.is_new and ${isOneMore}::boolean)::int, ${maximumFailedSignIns})
        from failure f where u.id = ${failure.checkedId} and not ${isPaused}::boolean
      ),
      ${
        totpId === undefined
          ? sql``
          : sql`
            wrong_factor as (
              update totp_secrets t set failures = least(t.failures + f.is_new::int, ${maximumFailedSignIns})
              from failure f, checked c where t.id = ${totpId} and t.user_id = c.id
            ),`
      }
      ${countedEvent({
        ...failure,
        kind: totpId === undefined ? 'sign-in-failed' : 'second-factor-failed',
        of: isSomebodys
          ? sql`select id as user_id, id::text as whose from checked, failure where is_new`
          : sql`select null::uuid as user_id, ${`nobody ${failure.nobodysRow}`}::text as whose from failure where is_new`,
      })},
      ${forgottenDevices(sql`k.id = ${deviceId}::uuid and (select attempts from tried) >= ${maximumFailedSignIns}`)},
      marked as (
        update login_attempts a set last_call = ${failedCall(call)}
        where a.address_hash = ${hash} and a.last_call = ${call} and (select is_new from failure)
          and not exists (select from forgotten_devices)
      )
      ${somethingToFlush}`,
    { repeatable: true },
  );
}

/** The password was right, but nobody has proven the account's address: no failure, and no sign-in. */
export async function forgetFailures(
  database: Database,
  login: Target & { readonly userId: string },
): Promise<void> {
  await database.query(
    sql`
      with owner as (
        update users set failed_sign_ins = 0 where id = ${login.userId} and ${login.deviceId === null}::boolean returning id
      ),
      ${forgottenAttempts(targetOf(login), after('owner'))}
      select from owner`,
    { repeatable: true },
  );
}
