// `Idempotency-Key` on calls that make something: a repetition within ten minutes gets what the first one made.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { idempotentCallSeconds } from '../lifetimes.ts';

/**
 * A common table expression `call` (`id`, `is_repeat`): what this call makes has this id. Of two at once the second
 * waits for the first, and then has its id too; what it makes must therefore be made `on conflict do update` or `do
 * nothing`.
 *
 * @param callHash of http/idempotency.ts; null where the call has no key, and then nothing is kept.
 */
export function idempotentCall({
  as = 'call',
  callHash,
  newId,
  now,
  onlyIf = sql`true`,
}: {
  /** What it is called, beside another. */
  readonly as?: string;
  readonly callHash: string | null;
  readonly newId: string;
  readonly now: Date;
  /** A condition without which there is no row: a call that makes nothing is not kept. */
  readonly onlyIf?: SQL;
}): SQL {
  if (callHash === null)
    return sql`${sql.raw(as)} as (select ${newId}::uuid as id, false as is_repeat where ${onlyIf})`;
  const time = sql`${now.toISOString()}::timestamptz`;
  const isOld = sql`c.created_at <= ${time} - ${idempotentCallSeconds}::int * interval '1 second'`;
  return sql`
    ${sql.raw(as)} as (
      insert into idempotent_calls as c (call_hash, made_id, created_at)
      select ${callHash}::text, ${newId}::uuid, ${time} where ${onlyIf}
      on conflict (call_hash) do update set
        made_id = case when ${isOld} then excluded.made_id else c.made_id end,
        created_at = case when ${isOld} then excluded.created_at else c.created_at end
      returning made_id as id, made_id <> ${newId}::uuid as is_repeat
    )`;
}

/**
 * A condition on a row with `id`: this very call has made it.
 *
 * @param call.newId as `idempotentCall` has it, for the same statement once more.
 */
export function wasMadeBy(
  { newId, callHash, now }: { readonly newId: string; readonly callHash: string | null; readonly now: Date },
  { row }: { readonly row: string },
): SQL {
  return sql`${sql.raw(row)}.id in (
    select ${newId}::uuid
    union all
    select c.made_id from idempotent_calls c
    where c.call_hash = ${callHash}
      and c.created_at > ${now.toISOString()}::timestamptz - ${idempotentCallSeconds}::int * interval '1 second')`;
}

/**
 * A condition on a row with `spent_call` and `spent_at`: this call spent it, no longer ago than it may be repeated.
 *
 * @param call what only a repeat has as well: its `callHash`, or an id of its own where it has no key.
 */
export function wasSpentBy(
  call: string | null,
  { row, now }: { readonly row: string; readonly now: Date },
): SQL {
  const spent = sql.raw(row);
  return sql`
    coalesce(${spent}.spent_call = ${call}::text
      and ${spent}.spent_at > ${now.toISOString()}::timestamptz - ${idempotentCallSeconds}::int * interval '1 second', false)`;
}
