// The statement of a login whose password was right.

import { sql } from 'drizzle-orm/sql/sql';
import { deviceAsTarget, forgettingOfAttempts } from '../../authentication/attempts.ts';
import { noticeAllowance } from '../../authentication/destinations.ts';
import type { Database } from '../../database/client.ts';
import { idempotentCall } from '../../database/idempotent-calls.ts';
import { queueingOfMail } from '../../database/mail-queue.ts';
import { recordingOfEvent } from '../../database/security-events.ts';
import { maximumFailedSignIns } from '../../lifetimes.ts';
import { type SessionStart, startedSession } from '../../sessions/start.ts';
import type { NewestToken } from '../../sessions/state.ts';

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
 * Starts a session for a user whose password was right when it was the account's `passwordVersion`th; the failures are
 * forgotten, a hash that is not today's is replaced, and a device that is not known is told of. Refused when that is no
 * longer the user's password, when the user is gone, or when strangers have failed too often meanwhile. A repeat of the call
 * gets the same session.
 */
export async function completeLogin(
  database: Database,
  login: SessionStart & {
    readonly sessionId: string;
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
  const { now, origin, deviceId } = login;
  const [signIn] = await database.query<SignIn>(
    sql`
      with owner as (
        select u.id as user_id, u.email, u.role, u.session_epoch as epoch, u.password_version from users u
        where u.id = ${login.userId} and u.password_version = ${login.passwordVersion} and u.email_verified_at is not null
          and (${deviceId !== null}::boolean or u.failed_sign_ins < ${maximumFailedSignIns})
        -- A change of the password waits for us or we for it; having waited, the condition is looked at again.
        for no key update
      ),
      ${idempotentCall({ callHash: login.call, newId: login.sessionId, now, onlyIf: sql`exists (select from owner)` })},
      ${startedSession(sql`select user_id, epoch, password_version from owner`, {
        ...login,
        sessionId: sql`(select id from call)`,
        isRepeat: sql`(select is_repeat from call)`,
        presentedDeviceId: deviceId,
      })},
      kept as (
        update users u set
          failed_sign_ins = case when ${deviceId === null}::boolean then 0 else u.failed_sign_ins end,
          password_hash = case when u.password_hash = ${login.checkedHash}
            then coalesce(${login.newHash}, u.password_hash) else u.password_hash end
        from owner
        where u.id = owner.user_id
          and (${login.newHash}::text is not null or (${deviceId === null}::boolean and u.failed_sign_ins > 0))
      ),
      forgotten as (
        ${forgettingOfAttempts(deviceId === null ? sql`(select email from owner)` : deviceAsTarget(deviceId))}
          and exists (select from owner)
      ),
      recorded as (
        ${recordingOfEvent({
          ...login,
          kind: 'signed-in',
          of: sql`select user_id, id as session_id from started where not (select is_repeat from call)`,
        })}
      ),
      notice as (${noticeAllowance(
        sql`
            select owner.email, ${login.mailId}::uuid as mail_id
            from started, owner
            where not is_known_device and not (select is_repeat from call)
              -- Every device is new to an account that nobody has signed in to before.
              and (
                exists (select from sessions s where s.user_id = started.user_id and s.id <> started.id)
                or exists (select from known_devices k where k.user_id = started.user_id and k.id <> started.device_id)
              )`,
        { kind: 'new-sign-in', now },
      )}),
      told as (
        ${queueingOfMail({
          mailId: login.mailId,
          kind: 'new-sign-in',
          to: sql`
            select user_id, jsonb_build_object(
              'device_name', coalesce(device_name, ${origin.userAgent}::text), 'ip', ip) as details
            from started, notice where notice.is_allowed`,
          now,
        })}
        returning 1
      )
      select case when s.id is null then 'superseded' else 'started' end as outcome, s.id as session_id, s.device_id,
        s.generation, s.rotated_at, s.expires_at, s.absolute_expires_at, owner.role, exists (select from told) as mail_is_due
      from owner left join started s on true`,
    { repeatable: true },
  );
  return signIn ?? { outcome: 'refused' };
}
