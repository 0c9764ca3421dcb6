// What is read of events: the state of the user that they are about, and pages of the outbox.

import { sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../../database/client.ts';
import { activeAdmin } from '../../sessions/active-admin.ts';
import type { Caller } from '../../sessions/active-caller.ts';
import { inJson } from '../../sessions/shown-times.ts';
import type { EventRow } from './event.ts';

/** A condition on a row of the outbox, by its name: it has a number, and was neither delivered nor given up. */
export const isWaiting = (row: 'o' | 'p') =>
  sql.raw(`(${row}.delivered_at is null and ${row}.failed_at is null and ${row}.number is not null)`);

const identities = sql`(
  select coalesce(json_agg(json_build_object('id', i.id, 'provider', i.provider) order by i.id), '[]')
  from identities i where i.user_id = u.id and i.removed_at is null)`;

const state = sql`json_build_object(
  'id', u.id, 'version', u.version, 'email', u.email, 'email_verified', u.email_verified_at is not null, 'name', u.name,
  'photo', u.photo, 'locale', u.locale, 'role', u.role, 'provider', u.provider, 'external_id', u.external_id, 'is_guest', u.is_guest,
  'disabled', u.disabled_at is not null, 'second_factors', to_json(case when u.totp_id is null then '{}' else '{totp}' end::text[]),
  'passkeys', u.passkey_count, 'identities', ${identities}, 'metadata', u.metadata, 'app_metadata', u.app_metadata,
  'created_at', ${inJson(sql`u.created_at`)}, 'updated_at', ${inJson(sql`u.updated_at`)})`;

/**
 * The version with which somebody who is gone went: as long as that is not delivered, it is found by an index. What is read later, and
 * is not itself of the deletion, has the version that it was written with.
 */
const lastVersion = sql`coalesce(
  (select max(d.version) from outbox d where d.user_id = o.user_id and d.delivered_at is null and d.failed_at is null and d.type = 'user.deleted'),
  o.version, 0)`;

/** The columns of `EventRow`, over `o`, a row of the outbox, and `u`, its user, where there is one still. */
export const toldEvent = sql`
  o.id, o.type, o.created_at, o.details,
  case when u.id is null then json_build_object('id', o.user_id, 'version', ${lastVersion}, 'deleted', true) else ${state} end as "user"`;

type NumberedEvent = EventRow & { readonly number: string };

/**
 * Up to `limit` events whose number is above `after`, in order. Numbers are given to what is committed, in one statement after the
 * other (statements.ts): whoever has seen one has seen, or could have seen, all below it.
 *
 * @returns undefined where the caller is no operator whose session is active.
 */
export async function readEvents(
  database: Database,
  read: Caller & { readonly after: string; readonly limit: number },
): Promise<NumberedEvent[] | undefined> {
  const rows = await database.query<NumberedEvent | { number: null }>(
    sql`
      with ${activeAdmin(read)}
      select e.* from caller left join lateral (
        select o.number, ${toldEvent} from outbox o left join users u on u.id = o.user_id
        where o.number > ${read.after}::bigint order by o.number limit ${read.limit}
      ) e on true
      order by e.number`,
    { repeatable: true },
  );
  return rows.length === 0 ? undefined : rows.filter((row): row is NumberedEvent => row.number !== null);
}
