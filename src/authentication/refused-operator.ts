// Why a statement of an operator's had no caller, or why their sign-in is not enough.

import { sql } from 'drizzle-orm/sql/sql';
import type { Dependencies } from '../context.ts';
import { Problem } from '../problems.ts';
import { activeCaller, type Caller } from '../sessions/active-caller.ts';
import type { RequiredLevel } from '../tokens/step-up.ts';
import { refusedCaller } from './refused-caller.ts';

/**
 * `session-ended`; `admin-only`; or `recent-sign-in-required`, as of any user. An admin without a second factor has to turn one on first: none
 * of the `factors` is theirs.
 *
 * @param needs what the sign-in has to be.
 */
export async function refusedOperator(
  dependencies: Pick<Dependencies, 'config' | 'database'>,
  caller: Caller,
  needs: RequiredLevel = { acr: 'aal2' },
): Promise<Problem> {
  const [row] = await dependencies.database.query<{ role: string }>(
    sql`with ${activeCaller(caller)} select role from caller`,
    { repeatable: true },
  );
  if (!row) return new Problem('session-ended');
  if (row.role !== 'admin') return new Problem('admin-only');
  return refusedCaller(dependencies, caller, needs);
}
