// Accounts that an operator has disabled, as the operator's statement leaves them.

import { sql } from 'drizzle-orm/sql/sql';
import type { Service } from '../service.ts';

/** By address, or by id. */
export async function disable({ clock, dependencies }: Service, who: string): Promise<void> {
  const now = clock.now.toISOString();
  await dependencies.database.query(
    sql`
      with disabled as (
        update users set disabled_at = ${now}, disabled_reason = 'abuse', session_epoch = session_epoch + 1
        where email = ${who} or id::text = ${who} returning id
      )
      update sessions s set ended_at = ${now}, end_reason = 'disabled' from disabled d where s.user_id = d.id and s.ended_at is null`,
    { repeatable: false },
  );
}

export async function enable({ dependencies }: Service, email: string): Promise<void> {
  await dependencies.database.query(
    sql`update users set disabled_at = null, disabled_reason = null where email = ${email}`,
    { repeatable: true },
  );
}
