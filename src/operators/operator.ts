// Who acts as an operator, and on whom: what every statement of theirs shares, by a request and by the command line.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../database/client.ts';
import { type EventContext, recordedEvent, type SecurityEventKind } from '../database/security-events.ts';
import { after } from '../database/statement-parts.ts';
import { activeAdmin, isNoAdmin } from '../sessions/active-admin.ts';
import type { Caller } from '../sessions/active-caller.ts';

/** An admin by a request; or whoever has the database's credentials, who may touch admins too. */
export type Operator = { readonly caller: Caller } | 'command-line';

/** An act of an operator's. Each is one statement with its entry in the security log. */
export type Act = EventContext & { readonly operator: Operator };

/** `is-admin`: by a request other admins are not touched, nor is oneself. `no-operator`: the caller is none, or their session has ended. */
export type Outcome = 'done' | 'not-found' | 'is-admin' | 'no-operator';

/** A common table expression `caller` (`user_id`, null for the command line): one row, or none where nobody may act. */
export function actingOperator(operator: Operator): SQL {
  return operator === 'command-line'
    ? sql`caller as (select null::uuid as user_id)`
    : activeAdmin(operator.caller);
}

/** A condition on `u`, a user: this operator may touch it. */
export function isWithinReach(operator: Operator): SQL {
  return operator === 'command-line' ? sql`true` : isNoAdmin;
}

/**
 * Common table expressions `caller`, `found` and `target`: the user, locked, and again where the operator may touch it. READ COMMITTED: who
 * was made an admin at this moment is out of reach.
 *
 * @param before a common table expression `destination`, which locks what is locked before a user.
 */
export function targetUser(
  { operator, userId }: { readonly operator: Operator; readonly userId: string },
  {
    before,
    lock = 'no key update',
  }: { readonly before?: SQL; readonly lock?: 'no key update' | 'update' } = {},
): SQL {
  const order = before ? sql`and ${after('destination')}` : sql``;
  return sql`
    ${actingOperator(operator)},
    ${before ? sql`${before},` : sql``}
    found as (
      select u.*, ${isWithinReach(operator)} as is_within_reach from users u join caller on true
      where u.id = ${userId} ${order}
      for ${sql.raw(lock)} of u
    ),
    target as (select * from found where is_within_reach)`;
}

/** What a statement behind `targetUser` ends with. */
export const actOutcome = sql`
  select case when f.id is null then 'not-found' when f.is_within_reach then 'done' else 'is-admin' end as outcome
  from caller left join found f on true`;

/** Runs a statement that ends with `actOutcome`. Each comes to the same when it is run again with the same ids. */
export async function perform(database: Database, statement: SQL): Promise<Outcome> {
  const [row] = await database.query<{ outcome: Outcome }>(statement, { repeatable: true });
  return row?.outcome ?? 'no-operator';
}

/** What the security log keeps of an act for operators alone, where it was done by the command line: that has no user to name. */
export function actDetails(operator: Operator, details: SQL = sql`'{}'::jsonb`): SQL {
  return operator === 'command-line' ? sql`(${details} || '{"by": "command-line"}')` : details;
}

/**
 * A common table expression `recorded`: the entry in the security log, with who has done it.
 *
 * @param of a query that gives `user_id`, `session_id` and `details`; one row or none.
 */
export function recordedAct(act: Act, kind: SecurityEventKind, of: SQL): SQL {
  return recordedEvent({
    ...act,
    kind,
    of: sql`
      select a.user_id, a.session_id, caller.user_id as actor_id, ${actDetails(act.operator, sql`a.details`)} as details
      from (${of}) a, caller`,
  });
}
