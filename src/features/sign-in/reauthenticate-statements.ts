// The statement by which somebody who is signed in has shown once more who they are.

import { sql } from 'drizzle-orm/sql/sql';
import { forgottenAttempts, sessionAsTarget } from '../../authentication/attempts.ts';
import type { Database } from '../../database/client.ts';
import { type EventContext, recordedEvent } from '../../database/security-events.ts';
import { activeCaller, type Caller, isOfEpoch } from '../../sessions/active-caller.ts';
import {
  byPassword,
  levelOf,
  type NewestToken,
  newestToken,
  newestTokenIn,
  textArray,
} from '../../sessions/state.ts';

/**
 * From now on the session is one that was signed in by this. Its refresh token stays as it is: what that says is kept for a
 * retry of the call that issued it.
 *
 * @param confirmed with the version of the password that was checked.
 * @returns nothing where the session has ended, as it does with a change of the password.
 */
export async function reauthenticate(
  database: Database,
  confirmed: Caller & EventContext & { readonly passwordVersion: number },
): Promise<NewestToken | undefined> {
  const [session] = await database.query<NewestToken>(
    sql`
      with ${activeCaller(confirmed)},
      -- Lock order: the user before any session, as in every other statement, so that no two deadlock.
      owner as (
        select u.id, u.role from users u join caller on caller.user_id = u.id
        where ${isOfEpoch({ session: 'caller' })} and u.password_version = ${confirmed.passwordVersion}
        for no key update of u
      ),
      renewed as (
        update sessions s
        set amr = ${textArray(byPassword.amr)}, acr = ${byPassword.acr}, auth_time = ${confirmed.now.toISOString()},
          issued_level = ${levelOf().issued}
        from owner o where s.id = ${confirmed.sessionId} and s.user_id = o.id and s.ended_at is null
        returning s.id, s.user_id, ${newestToken()}, o.role
      ),
      ${forgottenAttempts(sessionAsTarget(confirmed.sessionId), sql`exists (select from renewed)`)},
      ${recordedEvent({
        ...confirmed,
        kind: 'reauthenticated',
        of: sql`select user_id, id as session_id from renewed`,
      })}
      select ${newestTokenIn('r')}, r.role from renewed r`,
    { repeatable: true },
  );
  return session;
}
