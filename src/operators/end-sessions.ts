// The statements by which operators end sessions: all of a user, or those that they have chosen.

import { sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../database/client.ts';
import { recordedEvent } from '../database/security-events.ts';
import { after } from '../database/statement-parts.ts';
import { endedSessions } from '../sessions/end.ts';
import {
  type Act,
  actDetails,
  actingOperator,
  actOutcome,
  isWithinReach,
  type Outcome,
  perform,
  recordedAct,
  targetUser,
} from './operator.ts';

/** Every session of the user ends, and any that is being started; their devices are not known any more. */
export function endUserSessions(
  database: Database,
  act: Act & { readonly userId: string },
): Promise<Outcome> {
  return perform(
    database,
    sql`
      with ${targetUser(act)},
      next_epoch as (
        update users u set session_epoch = u.session_epoch + 1 from target t where u.id = t.id returning u.id
      ),
      ${endedSessions({ which: sql`s.user_id = (select id from next_epoch)`, reason: 'revoked', now: act.now })},
      ${recordedAct(
        act,
        'sessions-ended',
        sql`select id as user_id, null::uuid as session_id, '{}'::jsonb as details from next_epoch`,
      )}
      ${actOutcome}`,
  );
}

/**
 * Ends these sessions, whoever's they are; by a request no admin's. Lock order: their users first, and those by id, so that two calls about
 * the same users do not wait for each other.
 *
 * @param act.sessions each once, with the id of its event.
 * @returns how many have ended by this; nothing where the caller is no operator.
 */
export async function endChosenSessions(
  database: Database,
  act: Omit<Act, 'eventId'> & {
    readonly sessions: readonly { readonly id: string; readonly eventId: string }[];
  },
): Promise<number | undefined> {
  const { operator, sessions, now } = act;
  const ids = sql.param(sessions.map(({ id }) => id));
  const eventIds = sql.param(sessions.map(({ eventId }) => eventId));
  const [row] = await database.query<{ ended: number }>(
    sql`
      with ${actingOperator(operator)},
      chosen as (select * from unnest(${ids}::uuid[], ${eventIds}::uuid[]) as c (id, event_id)),
      owners as (
        select u.id from users u
        where u.id in (select s.user_id from sessions s join chosen c on c.id = s.id) and exists (select from caller)
          and ${isWithinReach(operator)}
        order by u.id
        for no key update of u
      ),
      ${endedSessions({
        which: sql`s.id in (select id from chosen) and s.user_id in (select id from owners) and ${after('owners')}`,
        reason: 'revoked',
        now,
      })},
      ${recordedEvent({
        ...act,
        eventId: sql`e.event_id`,
        kind: 'sessions-ended',
        of: sql`
          select ended.user_id, ended.id as session_id, caller.user_id as actor_id, ${actDetails(operator)} as details, chosen.event_id
          from ended join chosen on chosen.id = ended.id, caller`,
      })}
      -- Run again, it counts what it has ended before.
      select (select count(*) from ended)::int + (
        select count(*) from security_events e join chosen on chosen.event_id = e.id
      )::int as ended
      from caller`,
    { repeatable: true },
  );
  return row?.ended;
}
