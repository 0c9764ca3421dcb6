// The parts of an undo that are about factors. They are then as they were just before the change that is undone.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { removedFactorKeptSeconds } from '../../lifetimes.ts';
import type { ShownFactor } from '../../sessions/second-factor.ts';

/** A condition on a row, since when the factor was the user's: it was theirs just before `r`, the request, was made. */
const wasThere = (row: string, since: string): SQL =>
  sql.raw(
    `${row}.${since} < r.created_at and (${row}.removed_at is null or ${row}.removed_at >= r.created_at)`,
  );

/**
 * Common table expressions `secret` (of `totp_secrets`, the one that was on; locked, since its counters decide what is good),
 * `kept_passkeys` and `kept_identities` (`id`). They follow `request`, and the lock of the user, without which no factor changes.
 *
 * An identity that was removed and added again has several rows. One that is there stays: it is the same, and it keeps the unique
 * index, which is looked at row by row, from seeing two. One that is somebody else's by now is not taken from them.
 */
export const factorsBefore: SQL = sql`
  secret as (
    -- Two secrets may be the same, with other recovery codes: a step that was used with one is used with all.
    select t.*, (select max(x.last_step) from totp_secrets x where x.user_id = t.user_id) as newest_step
    from totp_secrets t join request r on r.user_id = t.user_id
    where ${wasThere('t', 'confirmed_at')}
    order by t.confirmed_at desc limit 1
    for no key update of t
  ),
  kept_passkeys as (
    select p.id from passkeys p join request r on r.user_id = p.user_id
    where ${wasThere('p', 'created_at')}
    -- As many as there may be: clocks of two isolates that differ could make it more.
    order by p.created_at limit 20
  ),
  kept_identities as (
    select k.id from (
      select distinct on (i.issuer, i.subject) coalesce(a.id, i.id) as id, i.created_at
      from identities i join request r on r.user_id = i.user_id
      left join identities a on a.issuer = i.issuer and a.subject = i.subject and a.removed_at is null
      where ${wasThere('i', 'created_at')} and (a.id is null or a.user_id = i.user_id)
      order by i.issuer, i.subject, i.created_at desc
    ) k order by k.created_at limit 20
  )`;

/** A condition on `s`, the row of `secret`: the code that was shown is good. Each works once. */
export function isGood(shown: ShownFactor | undefined): SQL {
  switch (shown?.kind) {
    case 'totp':
      return sql`(s.id = ${shown.totpId} and greatest(s.last_step, s.newest_step) < ${shown.step}::bigint)`;
    case 'recovery-code':
      return sql`(s.id = ${shown.totpId} and s.recovery_used & ${2 ** shown.index}::int = 0)`;
    default:
      return sql`false`;
  }
}

/** Common table expressions that restore what was removed and remove what was added since. They follow `owner`. */
export function restoredFactors({
  shown,
  call,
  now,
}: {
  readonly shown: ShownFactor | undefined;
  readonly call: string;
  readonly now: Date;
}): SQL {
  const time = sql`${now.toISOString()}::timestamptz`;
  const removed = (isKept: SQL) => sql`
    removed_at = case when not (${isKept}) then ${time} end,
    expires_at = case when not (${isKept}) then ${time} + ${removedFactorKeptSeconds}::int * interval '1 second' end`;
  const isOn = sql`coalesce(t.id = (select id from secret), false)`;
  const step = shown?.kind === 'totp' ? shown.step : 0;
  const bit = shown?.kind === 'recovery-code' ? 2 ** shown.index : 0;
  const isShown = sql`(${shown !== undefined}::boolean and ${isOn})`;
  /** Of passkeys or identities. */
  const restored = (table: string) => {
    const isKept = sql.raw(`p.id in (select id from kept_${table})`);
    return sql`
      ${sql.raw(`restored_${table}`)} as (
        update ${sql.raw(table)} p
        set ${removed(isKept)}
        from owner
        where p.user_id = owner.user_id and (p.removed_at is null) <> (${isKept})
      )`;
  };
  return sql`
    secrets as (
      update totp_secrets t
      set ${removed(isOn)},
        last_step = case when ${isOn} then greatest(t.last_step, (select newest_step from secret), ${step}::bigint) else t.last_step end,
        recovery_used = case when ${isShown} then t.recovery_used | ${bit}::int else t.recovery_used end,
        failures = case when ${isShown} then 0 else t.failures end,
        spent_call = case when ${isShown} then ${call}::text else t.spent_call end,
        spent_at = case when ${isShown} then ${time} else t.spent_at end
      from owner
      where t.user_id = owner.user_id and t.confirmed_at is not null and ((t.removed_at is null) <> ${isOn} or ${isShown})
    ),
    ${restored('passkeys')},
    ${restored('identities')}`;
}
