// The statements of a change of the password by somebody who is signed in.

import { sql } from 'drizzle-orm/sql/sql';
import { forgottenAttempts, sessionAsTarget } from '../../authentication/attempts.ts';
import type { Database } from '../../database/client.ts';
import { queuedMail } from '../../database/mail-queue.ts';
import { type EventContext, recordedEvent } from '../../database/security-events.ts';
import { activeCaller, type Caller, isOfEpoch } from '../../sessions/active-caller.ts';
import { endedSessions } from '../../sessions/end.ts';
import { newSession } from '../../sessions/start.ts';
import { issuedTo, levelOf, newestToken, newestTokenIn } from '../../sessions/state.ts';
import {
  type FoundSuccessor,
  foundSuccessor,
  type Succession,
  type Successor,
  successorSession,
} from '../../sessions/succession.ts';

export type PasswordChange =
  | ({ readonly outcome: 'changed' } & Successor)
  /** The key was spent by a refresh: whoever sent this has tokens to come that they do not know of. */
  | { readonly outcome: 'superseded' }
  /** Another change came first, or the caller's session has ended meanwhile. */
  | { readonly outcome: 'overtaken' };

/**
 * Changes the password and ends every session. In the place of the caller's a new one begins, which no copy of the
 * old tokens opens; it ends when the old one would have ended at last. Devices are not known any more, but for that
 * of the new session; a change of the address under way is off (its mail is of an earlier epoch).
 *
 * Repeatable: run once more it finds the session that it began.
 */
export async function changePassword(
  database: Database,
  change: Caller &
    EventContext & {
      readonly network: string | null;
      /** Of the password that was checked. */
      readonly passwordVersion: number;
      readonly passwordHash: string;
      readonly keyHash: string | null;
      readonly refreshTokenSeconds: number;
      readonly newSessionId: string;
      readonly newDeviceId: string;
      readonly mailId: string;
      readonly roleClaim: string;
    },
): Promise<PasswordChange> {
  const now = sql`${change.now.toISOString()}::timestamptz`;
  const level = levelOf();
  const isCallers = sql`s.id = ${change.sessionId}`;
  const [row] = await database.query<PasswordChange>(
    sql`
      with ${activeCaller(change)},
      -- Lock order: the user before any session, as in every other statement, so that no two deadlock.
      owner as (
        select u.id as user_id, u.session_epoch + 1 as epoch, u.password_version + 1 as password_version
        from users u join caller on caller.user_id = u.id
        where ${isOfEpoch({ session: 'caller' })} and u.password_version = ${change.passwordVersion}
        for no key update of u
      ),
      -- Having waited for a refresh, it is what the refresh left.
      replaced as (
        select o.user_id, o.epoch, o.password_version, s.device_name, s.absolute_expires_at, s.dpop_jkt, s.dpop_mode,
          ${level.amr} as amr, ${level.acr} as acr, ${level.authTime} as auth_time, s.idp, s.is_guest,
          coalesce(s.rotation_key_hash = ${change.keyHash}::text, false) as is_superseded
        from sessions s join owner o on o.user_id = s.user_id
        where ${isCallers} and s.ended_at is null
        for no key update of s
      ),
      changing as (select * from replaced where not is_superseded),
      changed as (
        update users u
        set password_hash = ${change.passwordHash}, password_version = u.password_version + 1, session_epoch = c.epoch,
          updated_at = ${now}
        from changing c where u.id = c.user_id
        returning u.id as user_id, u as account
      ),
      forgotten_devices as (delete from known_devices k using changing c where k.user_id = c.user_id),
      ${newSession(sql`select * from changing`, {
        sessionId: change.newSessionId,
        newDeviceId: change.newDeviceId,
        presentedDeviceId: null,
        deviceName: sql`o.device_name`,
        origin: change.origin,
        network: change.network,
        now: change.now,
        expiresAt: sql`least(${now} + ${change.refreshTokenSeconds}::int * interval '1 second', o.absolute_expires_at)`,
        absoluteExpiresAt: sql`o.absolute_expires_at`,
        dpopJkt: sql`o.dpop_jkt`,
        dpopMode: sql`o.dpop_mode`,
        roleClaim: change.roleClaim,
      })},
      ${endedSessions({
        which: sql`s.user_id = (select user_id from changed)`,
        reason: 'password-changed',
        now: change.now,
        also: sql`,
          successor_id = case when ${isCallers} then ${change.newSessionId}::uuid end,
          succession_key_hash = case when ${isCallers} then ${change.keyHash}::text end`,
      })},
      ${recordedEvent({
        ...change,
        kind: 'password-changed',
        of: sql`select user_id, ${change.sessionId}::uuid as session_id from changed`,
      })},
      ${queuedMail({
        ...change,
        kind: 'password-changed',
        to: sql`select user_id, null::jsonb as details from changed`,
      })},
      -- They knew the password.
      ${forgottenAttempts(sessionAsTarget(change.sessionId), sql`exists (select from replaced)`)}
      select case when r.is_superseded then 'superseded' else 'changed' end as outcome, s.id as session_id, s.device_id,
        ${issuedTo(sql`c.account`, { ...change, when: sql`s.id is not null` })}, ${newestTokenIn('s')}
      from replaced r left join started s on true left join changed c on true
      union all
      -- The same statement once more, after an answer that was lost.
      select 'changed', s.id, s.device_id, ${issuedTo(sql`u`, { ...change, when: sql`true` })}, ${newestToken()}
      from sessions s join users u on u.id = s.user_id where s.id = ${change.newSessionId}`,
    { repeatable: true },
  );
  return row ?? { outcome: 'overtaken' };
}

/**
 * The session that this change began when it was made for the first time; nothing once it is refreshed or has ended.
 */
export async function repeatChange(
  database: Database,
  repeated: Succession & { readonly passwordVersion: number },
): Promise<FoundSuccessor | undefined> {
  const [successor] = await database.query<FoundSuccessor>(
    sql`
      with ${successorSession(repeated)},
      ${forgottenAttempts(sessionAsTarget(repeated.sessionId), sql`exists (select from successor)`)}
      ${foundSuccessor}`,
    { repeatable: true },
  );
  return successor;
}
