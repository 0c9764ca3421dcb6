// Spending what a mail granted, as a part of any statement that has to: link and code are one grant, good for one use.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { codeTries } from '../lifetimes.ts';

/** How a grant is presented: the token of the link, or the address and the code of the same mail. All but the address are hashes. */
export type PresentedGrant =
  | { readonly tokenHash: string }
  | { readonly email: string; readonly codeHashes: readonly string[] };

/**
 * A common table expression `spent`: the grant, if it was good and nobody was faster; two at once wait for one row, and
 * the second finds it spent. A wrong code is counted in the same breath, and after the last try the code is dead.
 */
export function spendingOfGrant(
  presented: PresentedGrant,
  { purpose, now }: { purpose: string; now: Date },
): SQL {
  const time = now.toISOString();
  if ('tokenHash' in presented) {
    return sql`
      spent as (
        update email_grants set spent_at = ${time}
        where token_hash = ${presented.tokenHash} and purpose = ${purpose} and spent_at is null and expires_at > ${time}
        returning user_id
      )`;
  }
  const isRight = sql`g.code_hash = any(${sql.param(presented.codeHashes)}::text[])`;
  return sql`
    tried as (
      update email_grants g
      set code_tries = code_tries + 1, spent_at = case when ${isRight} then ${time}::timestamptz end
      from users u
      where u.email = ${presented.email} and g.user_id = u.id and g.purpose = ${purpose}
        and g.code_tries < ${codeTries} and g.spent_at is null and g.expires_at > ${time}
      returning g.user_id, g.spent_at is not null as is_right
    ),
    spent as (select user_id from tried where is_right)`;
}
