// Roles. Privilege escalation: no request can change one, it takes the database's credentials.

import { sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../../database/client.ts';
import { type Act, type Outcome, perform, recordedAct, targetUser } from '../../operators/operator.ts';

/**
 * Does nothing if the role is already set. An unverified address may lose a role but gets none, since nobody has proven to own it:
 * whoever registered it may be anybody.
 */
export function setRole(
  database: Database,
  act: Act & { readonly userId: string; readonly role: string },
): Promise<Outcome | 'not-verified'> {
  const { role, now } = act;
  return perform(
    database,
    sql`
      with ${targetUser(act)},
      changed as (
        update users u set role = ${role}, updated_at = ${now.toISOString()}
        from target t where u.id = t.id and t.role <> ${role} and (${role} = 'user' or t.email_verified_at is not null)
        returning u.id as user_id, null::uuid as session_id, jsonb_build_object('role', u.role) as details
      ),
      ${recordedAct(act, 'role-changed', sql`select * from changed`)}
      select case when id is null then 'not-found' when ${role} <> 'user' and email_verified_at is null then 'not-verified' else 'done' end
        as outcome
      from caller left join target on true`,
  );
}

export function listAdmins(database: Database) {
  return database.query<{ id: string; email: string | null; role: string }>(
    sql`select id, email, role from users where role = 'admin' order by email`,
    { repeatable: true },
  );
}
