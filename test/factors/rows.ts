// What the database holds of somebody's second factors, read past the service.

import { sql } from 'drizzle-orm/sql/sql';
import type { Person } from '../accounts/people.ts';
import type { Service } from '../service.ts';

export type TotpRow = {
  readonly id: string;
  readonly session_id: string;
  readonly secret: string;
  readonly last_step: string;
  readonly recovery_used: number;
  readonly confirmed_at: string | null;
  readonly removed_at: string | null;
  readonly expires_at: string | null;
};

/** Oldest first. */
export function rowsOf({ dependencies }: Service, { id }: Pick<Person, 'id'>): Promise<TotpRow[]> {
  return dependencies.database.query<TotpRow>(
    sql`select * from totp_secrets where user_id = ${id} order by created_at, id`,
    { repeatable: true },
  );
}

export async function userRow({ dependencies }: Service, { id }: Pick<Person, 'id'>) {
  const [row] = await dependencies.database.query<{ totp_id: string | null; factors_version: number }>(
    sql`select totp_id, factors_version from users where id = ${id}`,
    { repeatable: true },
  );
  return row;
}

/** The mails about changes of second factors, oldest first, with what an undo goes by, and how many such events are written down. */
export function changesOf({ dependencies }: Service, { id }: Pick<Person, 'id'>) {
  return dependencies.database.query<{
    kind: string;
    session_id: string;
    acr: string | null;
    events: number;
  }>(
    sql`
      select m.kind, r.session_id, r.acr,
        (select count(*)::int from security_events e where e.user_id = m.user_id and e.kind = m.kind) as events
      from mails m join email_requests r on r.id = m.request_id and r.purpose = 'undo-email-change'
      where m.user_id = ${id} order by m.created_at, m.id`,
    { repeatable: true },
  );
}
