// The statements that turn TOTP off, and replace its recovery codes.

import { sql } from 'drizzle-orm/sql/sql';
import { noticedFactorChange } from '../../authentication/factor-notice.ts';
import type { Database } from '../../database/client.ts';
import type { EventContext } from '../../database/security-events.ts';
import { removedFactorKeptSeconds } from '../../lifetimes.ts';
import { activeCaller, type Caller, isOfEpoch, lockedOwner } from '../../sessions/active-caller.ts';
import { isRepeat } from './enrolment-statements.ts';

type Change = Caller & EventContext & { readonly mailId: string };

/**
 * Turns TOTP off. An undo brings the secret back, so it stays for as long as one is possible.
 *
 * @returns whether there was one; nothing where the caller's session has ended, or is not at the user's level.
 */
export async function removeTotp(
  database: Database,
  removal: Change,
): Promise<{ readonly was_on: boolean } | undefined> {
  const { sessionId, level } = removal;
  const now = sql`${removal.now.toISOString()}::timestamptz`;
  const [row] = await database.query<{ was_on: boolean }>(
    sql`
      with ${activeCaller(removal)},
      ${lockedOwner(removal, sql`u.totp_id`)},
      removed as (
        update totp_secrets t
        set removed_at = ${now}, expires_at = ${now} + ${removedFactorKeptSeconds}::int * interval '1 second'
        from owner o where t.id = o.totp_id
      ),
      changed as (
        update users u set totp_id = null, factors_version = u.factors_version + 1, updated_at = ${now}
        from owner o where u.id = o.id and o.totp_id is not null
        returning u.id as user_id, u.email
      ),
      ${noticedFactorChange({
        ...removal,
        kind: 'totp-removed',
        of: sql`
          select user_id, ${sessionId}::uuid as session_id, email, ${level?.acr ?? null}::text as acr, null::jsonb as details
          from changed`,
      })}
      select totp_id is not null as was_on from owner`,
    { repeatable: true },
  );
  return row;
}

/** The secret that is on, if there is one. */
export type PresentTotp = {
  readonly id: string | null;
  readonly secret: string | null;
  /** This very call has made it. */
  readonly is_repeat: boolean;
};

type Renewing = Caller & {
  /** What tells this call and its repetition from any other. */
  readonly call: string;
};

/** Nothing where the caller's session has ended, or is not at the user's level. */
export async function readTotp(database: Database, reading: Renewing): Promise<PresentTotp | undefined> {
  const [present] = await database.query<PresentTotp>(
    sql`
      with ${activeCaller(reading, { usersLevel: true })}
      select t.id, t.secret, ${isRepeat(reading)} as is_repeat
      from caller join users u on u.id = caller.user_id left join totp_secrets t on t.id = u.totp_id`,
    { repeatable: true },
  );
  return present;
}

/**
 * Replaces the secret by itself with other recovery codes, so that an undo can bring the older codes back. A step of time
 * that was used stays used.
 *
 * @param renewal.readId what was read. @returns false where another change came first, or the caller's session has ended.
 */
export async function renewRecoveryCodes(
  database: Database,
  renewal: Renewing & Change & { readonly readId: string; readonly newId: string; readonly secret: string },
): Promise<boolean> {
  const { readId, newId, secret, call, sessionId, level } = renewal;
  const now = sql`${renewal.now.toISOString()}::timestamptz`;
  const rows = await database.query(
    sql`
      with ${activeCaller(renewal)},
      owner as (
        select u.id from users u join caller on caller.user_id = u.id
        where ${isOfEpoch({ session: 'caller' })} and u.totp_id = ${readId} for no key update of u
      ),
      replaced as (
        update totp_secrets t
        set removed_at = ${now}, expires_at = ${now} + ${removedFactorKeptSeconds}::int * interval '1 second'
        from owner o where t.id = ${readId} and t.user_id = o.id
        returning t.user_id, t.last_step
      ),
      renewed as (
        insert into totp_secrets (id, user_id, session_id, secret, last_step, spent_call, spent_at, created_at, confirmed_at)
        select ${newId}, user_id, ${sessionId}, ${secret}, last_step, ${call}, ${now}, ${now}, ${now} from replaced
        returning id, user_id
      ),
      changed as (
        update users u set totp_id = r.id, factors_version = u.factors_version + 1, updated_at = ${now}
        from renewed r where u.id = r.user_id
        returning u.id as user_id, u.email
      ),
      ${noticedFactorChange({
        ...renewal,
        kind: 'recovery-codes-renewed',
        of: sql`
          select user_id, ${sessionId}::uuid as session_id, email, ${level?.acr ?? null}::text as acr, null::jsonb as details
          from changed`,
      })}
      select from changed`,
    { repeatable: true },
  );
  return rows.length === 1;
}
