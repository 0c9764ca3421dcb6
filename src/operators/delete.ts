// The statement by which an operator deletes an account.

import { sql } from 'drizzle-orm/sql/sql';
import { deletedAccount, lockedAddress } from '../authentication/deleted-account.ts';
import type { Database } from '../database/client.ts';
import { endedSessions } from '../sessions/end.ts';
import { type Act, type Outcome, perform, recordedAct, targetUser } from './operator.ts';

/** As its owner deletes it; who did it is kept in an event that is nobody's. */
export function deleteUser(
  database: Database,
  act: Act & { readonly userId: string; readonly mailId: string },
): Promise<Outcome> {
  return perform(
    database,
    sql`
      with ${targetUser(act, {
        before: lockedAddress(
          sql`select u.email from users u join caller on true where u.id = ${act.userId}`,
        ),
        lock: 'update',
      })},
      ${endedSessions({ which: sql`s.user_id = (select id from target)`, reason: 'account-deleted', now: act.now })},
      ${deletedAccount('target', act)},
      ${recordedAct(
        act,
        'account-deleted',
        sql`select null::uuid as user_id, null::uuid as session_id, jsonb_build_object('user_id', id) as details from deleted`,
      )}
      -- Run again, it finds what it has done.
      select case
          when f.is_within_reach or exists (select from security_events e where e.id = ${act.eventId}) then 'done'
          when f.id is null then 'not-found' else 'is-admin'
        end as outcome
      from caller left join found f on true`,
  );
}
