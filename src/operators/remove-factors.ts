// The statement that removes a second factor which its user has lost.

import { sql } from 'drizzle-orm/sql/sql';
import { noticedFactorChange } from '../authentication/factor-notice.ts';
import type { Database } from '../database/client.ts';
import { removedFactorKeptSeconds } from '../lifetimes.ts';
import { type Act, actDetails, actOutcome, type Outcome, perform, targetUser } from './operator.ts';

/**
 * TOTP is off, with its recovery codes: from then on the first factor alone signs in. The user is told by mail, whose link undoes it: support
 * may have been talked into it. Passkeys are no second factor that is owed, and stay.
 */
export function removeSecondFactors(
  database: Database,
  act: Act & { readonly userId: string; readonly mailId: string },
): Promise<Outcome> {
  const time = sql`${act.now.toISOString()}::timestamptz`;
  return perform(
    database,
    sql`
      with ${targetUser(act)},
      removed as (
        update totp_secrets t
        set removed_at = ${time}, expires_at = ${time} + ${removedFactorKeptSeconds}::int * interval '1 second'
        from target where t.id = target.totp_id
      ),
      changed as (
        update users u set totp_id = null, factors_version = u.factors_version + 1, updated_at = ${time}
        from target t where u.id = t.id and t.totp_id is not null
        returning u.id as user_id, u.email
      ),
      ${noticedFactorChange({
        ...act,
        kind: 'totp-removed',
        // Where the operator sits is not its owner's to know.
        mailedOrigin: { userAgent: 'an operator of the service', ip: null },
        of: sql`
          select changed.user_id, null::uuid as session_id, email, null::text as acr, null::jsonb as details,
            caller.user_id as actor_id, ${actDetails(act.operator)} as event_details
          from changed, caller`,
      })}
      ${actOutcome}`,
  );
}
