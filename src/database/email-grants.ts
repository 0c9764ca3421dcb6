// Spending what a mail granted, as a part of any statement that has to: link and code are one grant, good for one use.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { codeTries } from '../lifetimes.ts';

export type GrantPurpose = 'verify-email' | 'change-email' | 'reset-password';

/** How a grant is presented: the token of the link, or the address and the code of the same mail. All but the address are hashes. */
export type PresentedGrant =
  | { readonly tokenHash: string }
  | { readonly email: string; readonly codeHashes: readonly string[] };

/**
 * A common table expression `spent` (`user_id`, `purpose`, `email`, `mail_id`): the grant, if it was good and nobody was faster; two
 * at once wait for one row, and the second finds it spent. A wrong code is counted in the same breath, and after the last
 * try the code is dead; the link still works.
 */
export function spendingOfGrant(
  presented: PresentedGrant,
  { purposes, now }: { readonly purposes: readonly GrantPurpose[]; readonly now: Date },
): SQL {
  const time = now.toISOString();
  const isLive = sql`g.purpose = any(${sql.param(purposes)}::text[]) and g.spent_at is null and g.expires_at > ${time}`;
  if ('tokenHash' in presented) {
    return sql`
      spent as (
        update email_grants g set spent_at = ${time}
        where g.token_hash = ${presented.tokenHash} and ${isLive}
        returning g.user_id, g.purpose, g.email, g.mail_id
      )`;
  }
  return sql`
    tried as (
      update email_grants g
      set code_tries = code_tries + 1,
        spent_at = case when g.code_hash = any(${sql.param(presented.codeHashes)}::text[]) then ${time}::timestamptz end
      where g.email = ${presented.email} and g.code_tries < ${codeTries} and ${isLive}
      returning g.user_id, g.purpose, g.email, g.mail_id, g.spent_at
    ),
    spent as (select user_id, purpose, email, mail_id from tried where spent_at is not null)`;
}
