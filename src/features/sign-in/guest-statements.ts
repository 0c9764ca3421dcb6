// The statement that makes a guest: an account without a way in, and the one session that opens it.

import { sql } from 'drizzle-orm/sql/sql';
import { guestAllowance, guestAllowedAfter } from '../../authentication/network-allowance.ts';
import type { Database } from '../../database/client.ts';
import { idempotentCall } from '../../database/idempotent-calls.ts';
import { idempotentCallSeconds } from '../../lifetimes.ts';
import { asGuest } from '../../sessions/guests.ts';
import type { Network } from '../../sessions/network.ts';
import { provenUser, type SessionStart, startedSession } from '../../sessions/start.ts';
import { issuedTo, newestTokenIn, type StartedSession } from '../../sessions/state.ts';

export type StartedGuest =
  | ({ readonly outcome: 'started' } & StartedSession)
  /** A repeat, after the session was refreshed or has ended, or the guest has become somebody. */
  | { readonly outcome: 'superseded' }
  | { readonly outcome: 'disabled' }
  /** So many have come from this network. */
  | { readonly outcome: 'too-many'; readonly retry_after: number };

/**
 * A repeat of the call gets the same guest and the same session, and counts as none. Of two at once the second waits for the first:
 * the ids of both are kept with the call, since it cannot see their rows.
 */
export async function startGuest(
  database: Database,
  start: SessionStart & {
    readonly call: string | null;
    readonly eventId: string;
    readonly userId: string;
    readonly name: string;
    readonly locale: string | null;
    readonly networks: readonly Network[];
  },
): Promise<StartedGuest> {
  const { call, userId, networks, now } = start;
  const time = sql`${now.toISOString()}::timestamptz`;
  const isRepeat = sql`exists (
    select from idempotent_calls c
    where c.call_hash = ${call}::text and c.created_at > ${time} - ${idempotentCallSeconds}::int * interval '1 second')`;
  const [guest] = await database.query<StartedGuest>(
    sql`
      with repeated as (select ${isRepeat} as is_repeat),
      ${guestAllowance(sql`select from repeated where not is_repeat`, { networks, guestId: userId, now })},
      ${idempotentCall({
        as: 'guest_call',
        callHash: call && `${call} guest`,
        newId: userId,
        now,
        onlyIf: sql`(exists (select from repeated where is_repeat) or exists (select from allowed))`,
      })},
      proven as (
        insert into users as u (id, name, locale, is_guest, created_at, updated_at)
        select c.id, ${start.name}, ${start.locale}, true, ${time}, ${time} from guest_call c
        on conflict (id) do update set is_guest = u.is_guest where u.is_guest
        returning ${provenUser(asGuest)}
      ),
      ${startedSession({ ...start, callHash: call, event: { id: start.eventId, kind: 'signed-in' } })}
      select case
          when s.id is not null then 'started' when p.is_disabled then 'disabled' when exists (select from guest_call) then 'superseded' else 'too-many'
        end as outcome,
        s.id as session_id, s.user_id, s.device_id, ${newestTokenIn('s')}, ${issuedTo(sql`p.account`, { ...start, when: sql`s.id is not null` })},
        ${guestAllowedAfter(networks, now)} as retry_after
      from (values (1)) one left join proven p on true left join started s on true`,
    { repeatable: true },
  );
  return guest as StartedGuest;
}
