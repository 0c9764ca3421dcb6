// What a network may make that costs nothing to ask for: counted in the database, over days. The limits at the edge
// (http/rate-limit.ts) bound a minute.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { guestAllowanceSeconds, guestsPerNetwork } from '../lifetimes.ts';
import type { Network } from '../sessions/network.ts';
import { targetHash } from './attempts.ts';

/** A wider IPv6 network may be many customers, or one: as at the edge. */
const timesAHousehold = { '/64': 1, '/56': 4, '/48': 16 } as const;

const counter = 'guests';

/** No address has a space in it, and none can be read back from here. */
const hashOf = ({ name }: Network): SQL => targetHash(sql`${`network ${name}`}::text`);

const spacingOf = ({ prefix }: Network): SQL =>
  sql`${guestAllowanceSeconds / (guestsPerNetwork * timesAHousehold[prefix])}::float8 * interval '1 second'`;

const window = sql`${guestAllowanceSeconds}::int * interval '1 second'`;

/**
 * Common table expressions, the last one `allowed`: one row where one more guest may come from each of the networks; none
 * otherwise. A leaky bucket for each, which `mails_paid_until` fills and time empties, decided in its locked row: narrow before wide, so
 * that what is refused to one household is not counted against its neighbours.
 *
 * @param of a query: one row where a guest is to be made, or none.
 * @param networks of the caller (sessions/network.ts), narrow to wide; none where nobody knows.
 * @param guestId of the guest to be made: the same statement once more counts no other.
 */
export function guestAllowance(
  of: SQL,
  {
    networks,
    guestId,
    now,
  }: { readonly networks: readonly Network[]; readonly guestId: string; readonly now: Date },
): SQL {
  const time = sql`${now.toISOString()}::timestamptz`;
  const counted = networks.map((network, place) => {
    const spacing = spacingOf(network);
    const filled = sql`greatest(d.mails_paid_until, ${time}) + ${spacing}`;
    const isSame = sql`d.decided_for = excluded.decided_for`;
    return sql`
      allowed_by_${sql.raw(String(place))} as (
        insert into email_destinations as d (address_hash, counter, counted_since, mails_paid_until, decided_for, expires_at)
        select ${hashOf(network)}, ${counter}, ${time}, ${time} + ${spacing}, ${guestId}::uuid, ${time} + ${window}
        from ${place === 0 ? sql`(${of}) asked` : sql.raw(`allowed_by_${place - 1}`)}
        on conflict (address_hash, counter) do update
        set mails_paid_until = case when ${isSame} then d.mails_paid_until else ${filled} end,
          decided_for = excluded.decided_for, expires_at = excluded.expires_at
        where ${isSame} or ${filled} <= ${time} + ${window}
        returning 1
      ),`;
  });
  const last = networks.length === 0 ? sql`(${of}) asked` : sql.raw(`allowed_by_${networks.length - 1}`);
  return sql`${sql.join(counted, sql``)} allowed as (select from ${last})`;
}

/** An expression: seconds until one more guest may come from these networks. As they were before the statement. */
export function guestAllowedAfter(networks: readonly Network[], now: Date): SQL {
  const waits = networks.map(
    (network) => sql`
      (select extract(epoch from d.mails_paid_until + ${spacingOf(network)} - ${window} - ${now.toISOString()}::timestamptz)
        from email_destinations d where d.address_hash = ${hashOf(network)} and d.counter = ${counter})`,
  );
  return sql`ceil(greatest(1, ${waits.length > 0 ? sql.join(waits, sql`, `) : sql`1`}))::int`;
}
