// The one place that decides whether somebody may act as an operator.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { activeCaller, type Caller } from './active-caller.ts';

/**
 * A common table expression `caller` (`user_id`, `role`, `epoch`), as `activeCaller` makes it, for admins alone: what the row says
 * decides, and not the token, so that a role that was taken away is gone at once. That the token is `aal2`, and recent where
 * something is changed, `http/operator-sign-in.ts` has seen.
 */
export function activeAdmin(caller: Caller): SQL {
  return activeCaller(caller, { onlyAdmins: true });
}

/** A condition on `u`, a user: operators may change it by a request. Other admins are changed by `npm run users` alone. */
export const isNoAdmin = sql`(u.role <> 'admin')`;
