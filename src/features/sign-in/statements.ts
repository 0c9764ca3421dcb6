// The statement of a login whose password was right.

import { sql } from 'drizzle-orm/sql/sql';
import { deviceAsTarget, forgottenAttempts } from '../../authentication/attempts.ts';
import type { Database } from '../../database/client.ts';
import { maximumFailedSignIns } from '../../lifetimes.ts';
import { provenUser, type SessionStart, startedSession } from '../../sessions/start.ts';
import { byPassword, type NewestToken, newestTokenIn } from '../../sessions/state.ts';

export type SignIn =
  | ({
      readonly outcome: 'started';
      readonly session_id: string;
      readonly device_id: string;
      readonly mail_is_due: boolean;
    } & NewestToken)
  /** A repeat, after the session was refreshed or ended; or the password is not the account's any more. */
  | { readonly outcome: 'superseded' | 'refused' };

/**
 * Starts a session for a user whose password was right when it was the account's `passwordVersion`th; the failures
 * are forgotten, a hash that is not today's is replaced, and a device that is not known is told of. Refused when that
 * is no longer the user's password, when the user is gone, or when strangers have failed too often meanwhile. A
 * repeat of the call gets the same session.
 */
export async function completeLogin(
  database: Database,
  login: SessionStart & {
    readonly call: string | null;
    readonly userId: string;
    /** The device whose tries were counted. */
    readonly deviceId: string | null;
    readonly passwordVersion: number;
    readonly checkedHash: string;
    /** To be kept instead of the checked one, where that is not today's. */
    readonly newHash: string | null;
    readonly eventId: string;
    readonly mailId: string;
  },
): Promise<SignIn> {
  const { deviceId } = login;
  const [signIn] = await database.query<SignIn>(
    sql`
      with proven as (
        select ${provenUser(byPassword)} from users u
        where u.id = ${login.userId} and u.password_version = ${login.passwordVersion}
          -- Whatever was checked then was another account's.
          and u.password_hash is not null
          and (${deviceId !== null}::boolean or u.failed_sign_ins < ${maximumFailedSignIns})
        -- A change of the password waits for us or we for it; having waited, the condition is looked at again.
        for no key update
      ),
      ${startedSession({
        ...login,
        presentedDeviceId: deviceId,
        callHash: login.call,
        event: { id: login.eventId, kind: 'signed-in' },
      })},
      kept as (
        update users u set
          failed_sign_ins = case when ${deviceId === null}::boolean then 0 else u.failed_sign_ins end,
          -- What another login has kept meanwhile stays, and so does what version 0.1.0 writes: it counts no passwords.
          password_hash = case when u.password_hash = ${login.checkedHash}
            then coalesce(${login.newHash}, u.password_hash) else u.password_hash end
        from admitted a
        where u.id = a.user_id
          and (${login.newHash}::text is not null or (${deviceId === null}::boolean and u.failed_sign_ins > 0))
      ),
      ${forgottenAttempts(
        deviceId === null ? sql`(select email from admitted)` : deviceAsTarget(deviceId),
        sql`exists (select from admitted)`,
      )}
      select case when s.id is null then 'superseded' else 'started' end as outcome, s.id as session_id, s.device_id,
        ${newestTokenIn('s')}, a.role, exists (select from queued) as mail_is_due
      from admitted a left join started s on true`,
    { repeatable: true },
  );
  return signIn ?? { outcome: 'refused' };
}
