// The statements that disable an account, and enable it again.

import { sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../database/client.ts';
import { endedSessions } from '../sessions/end.ts';
import { forgottenDevices } from '../sessions/known-devices.ts';
import { type Act, actOutcome, type Outcome, perform, recordedAct, targetUser } from './operator.ts';

/**
 * Nobody signs in to it (sessions/start.ts), and every session ends, also one that is begun at this moment: either it waits for the user's
 * row and finds it disabled, or it is of an epoch that is over. A sign-in that owes a second factor is void by the epoch, too.
 *
 * @param act.reason for operators. Of an account that is disabled already the first one stays.
 */
export function disableUser(
  database: Database,
  act: Act & { readonly userId: string; readonly reason: string },
): Promise<Outcome> {
  const time = act.now.toISOString();
  return perform(
    database,
    sql`
      with ${targetUser(act)},
      disabled as (
        update users u
        set disabled_at = ${time}, disabled_reason = ${act.reason}, session_epoch = u.session_epoch + 1, updated_at = ${time}
        from target t where u.id = t.id and t.disabled_at is null
        returning u.id, u.disabled_reason
      ),
      ${endedSessions({ which: sql`s.user_id = (select id from disabled)`, reason: 'disabled', now: act.now })},
      ${forgottenDevices(sql`k.user_id = (select id from disabled)`)},
      ${recordedAct(
        act,
        'account-disabled',
        sql`select id as user_id, null::uuid as session_id, jsonb_build_object('reason', disabled_reason) as details from disabled`,
      )}
      ${actOutcome}`,
  );
}

/** Its user may sign in again; what had ended stays ended. */
export function enableUser(database: Database, act: Act & { readonly userId: string }): Promise<Outcome> {
  return perform(
    database,
    sql`
      with ${targetUser(act)},
      enabled as (
        update users u set disabled_at = null, disabled_reason = null, updated_at = ${act.now.toISOString()}
        from target t where u.id = t.id and t.disabled_at is not null
        returning u.id
      ),
      ${recordedAct(
        act,
        'account-enabled',
        sql`select id as user_id, null::uuid as session_id, '{}'::jsonb as details from enabled`,
      )}
      ${actOutcome}`,
  );
}
