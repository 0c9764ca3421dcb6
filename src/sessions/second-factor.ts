// The second factor of a sign-in: who owes one, and that a code works once.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { wasSpentBy } from '../database/idempotent-calls.ts';
import { idempotentCallSeconds, maximumFailedSignIns } from '../lifetimes.ts';

/** A code that was right, and the secret that it was checked against (`totp_secrets`). */
export type ShownFactor = { readonly totpId: string } & (
  | {
      readonly kind: 'totp';
      /** The time step (RFC 6238), in units of 30 s since 1970. */
      readonly step: number;
    }
  | {
      readonly kind: 'recovery-code';
      /** Its place among the ten. */
      readonly index: number;
    }
  /** The repeat of a call that was good before: its code was looked at then. */
  | { readonly kind: 'repeated' }
);

/**
 * A common table expression `spent_factor` (`spent_at`): one row where the code is the account's, and good for this call. READ COMMITTED
 * reads the row of the secret anew once it is locked, so that of fifty calls with one code one has it.
 *
 * @param of the name of a common table expression with `totp_id`, of the account's locked row.
 * @param shown.call which may come again (a lost answer): within ten minutes it has the same code still.
 */
export function spentFactor(
  of: string,
  shown: ShownFactor | undefined,
  { call, now }: { readonly call: string; readonly now: Date },
): SQL {
  if (shown === undefined)
    return sql`spent_factor as (select null::uuid as id, null::timestamptz as spent_at where false)`;
  const time = sql`${now.toISOString()}::timestamptz`;
  const isRepeat = wasSpentBy(call, { row: 't', now });
  if (shown.kind === 'repeated') {
    return sql`
      spent_factor as (
        select t.id, t.spent_at from totp_secrets t join ${sql.raw(of)} o on o.totp_id = t.id
        where t.id = ${shown.totpId} and (${isRepeat} or exists (
          select from idempotent_calls c
          where c.call_hash = ${call} and c.created_at > ${time} - ${idempotentCallSeconds}::int * interval '1 second'
        ))
      )`;
  }
  const { isUnused, use } =
    shown.kind === 'totp'
      ? {
          // RFC 6238, section 5.2: not a second time; nor one from before, which somebody may have looked at then.
          isUnused: sql`t.last_step < ${shown.step}::bigint`,
          use: sql`last_step = greatest(t.last_step, ${shown.step}::bigint)`,
        }
      : {
          isUnused: sql`t.recovery_used & ${2 ** shown.index}::int = 0`,
          use: sql`recovery_used = t.recovery_used | ${2 ** shown.index}::int`,
        };
  return sql`
    spent_factor as (
      update totp_secrets t
      set ${use}, failures = 0, spent_call = ${call}, spent_at = case when ${isRepeat} then t.spent_at else ${time} end
      from ${sql.raw(of)} o
      where t.id = ${shown.totpId} and t.id = o.totp_id
        and (${isRepeat} or (${isUnused} and t.failures < ${maximumFailedSignIns}))
      returning t.id, t.spent_at
    )`;
}

/**
 * A condition on `p`, somebody who has shown a first factor (`totp_id`, `acr`), beside `spent_factor`: nothing more is owed.
 * What is `aal2` by itself, as a passkey with user verification, is two factors.
 */
export const owesNothing = sql`(p.totp_id is null or p.acr = 'aal2' or exists (select from spent_factor))`;

/** The level of `p`, beside `spent_factor`: a code makes it two factors (RFC 8176: `otp`, `mfa`). */
export const reachedLevel = {
  amr: sql`case when exists (select from spent_factor) then p.amr || string_to_array('otp mfa', ' ') else p.amr end`,
  acr: sql`case when exists (select from spent_factor) then 'aal2' else p.acr end`,
};
