// Who calls, as part of any statement behind an access token: a session that was ended anywhere is refused at once.

import { type SQL, sql } from 'drizzle-orm/sql/sql';

/** Whose access token it is, and when it was presented. */
export type Caller = { readonly sessionId: string; readonly userId: string; readonly now: Date };

/** A common table expression `caller` (`user_id`, `role`, `epoch`, `signed_in_at`): one row, or none when the session has ended. */
export function activeCaller({ sessionId, userId, now }: Caller): SQL {
  return sql`
    caller as (
      select u.id as user_id, u.role, u.session_epoch as epoch, s.created_at as signed_in_at
      from sessions s join users u on u.id = s.user_id
      where s.id = ${sessionId} and s.user_id = ${userId} and s.ended_at is null
        and s.epoch = u.session_epoch and s.absolute_expires_at > ${now.toISOString()}
    )`;
}
