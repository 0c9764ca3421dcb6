// The statements that clear away what nobody needs any more, a bounded batch at a time.

import { type SQL, sql } from 'drizzle-orm/sql/sql';
import { guestPurgeBatch, purgeBatch } from '../../bounds.ts';
import type { Database } from '../../database/client.ts';
import { revokedProviderTokens } from '../../database/provider-calls.ts';
import { after } from '../../database/statement-parts.ts';
import {
  clockToleranceSeconds,
  idempotentCallSeconds,
  mailKeptSeconds,
  requestKeptSeconds,
  securityEventsKeptSeconds,
} from '../../lifetimes.ts';
import { endedStatusKeptSeconds } from '../../status-lifetimes.ts';

/**
 * By table: the moment that is indexed, and how long after it a row has had its time, in seconds; counted from when no
 * access token can be out any more, where the row is about those.
 */
const purged: Readonly<
  Record<
    Purged,
    {
      readonly moment: string;
      readonly keptSeconds: number;
      readonly type?: string;
      readonly outlivesTokens?: true;
      /** A condition on a row, which stays as long as it does not hold. */
      readonly and?: SQL;
    }
  >
> = {
  sessions: {
    moment: 'purge_after',
    keptSeconds: 0,
    type: "timestamptz at time zone 'UTC'",
    // A guest's goes with the guest, who is found by it.
    and: sql`not exists (select from users u where u.id = user_id and u.is_guest)`,
  },
  // As long as the clock tolerance lets a token be presented, the list has to know it.
  revoked_tokens: { moment: 'expires_at', keptSeconds: clockToleranceSeconds },
  ended_statuses: { moment: 'listed_at', keptSeconds: endedStatusKeptSeconds, outlivesTokens: true },
  email_requests: { moment: 'expires_at', keptSeconds: requestKeptSeconds },
  // By the link of one that is over another mail can be had, for as long as its request is there.
  mailed_grants: { moment: 'expires_at', keptSeconds: requestKeptSeconds },
  email_destinations: { moment: 'expires_at', keptSeconds: 0 },
  email_grants: { moment: 'expires_at', keptSeconds: 0 },
  login_attempts: { moment: 'expires_at', keptSeconds: 0 },
  known_devices: { moment: 'expires_at', keptSeconds: 0 },
  totp_secrets: { moment: 'expires_at', keptSeconds: 0 },
  passkeys: { moment: 'expires_at', keptSeconds: 0 },
  identities: { moment: 'expires_at', keptSeconds: 0 },
  // A repeat of the call that queued it finds the row.
  provider_calls: { moment: 'expires_at', keptSeconds: idempotentCallSeconds },
  // A repeat of the call that finished it finds the row.
  auth_sessions: { moment: 'expires_at', keptSeconds: idempotentCallSeconds },
  spent_challenges: { moment: 'expires_at', keptSeconds: 0 },
  idempotent_calls: { moment: 'created_at', keptSeconds: idempotentCallSeconds },
  security_events: { moment: 'created_at', keptSeconds: securityEventsKeptSeconds },
  mails: { moment: 'coalesce(sent_at, failed_at)', keptSeconds: mailKeptSeconds },
};

export type Purged =
  | 'sessions'
  | 'revoked_tokens'
  | 'ended_statuses'
  | 'email_requests'
  | 'mailed_grants'
  | 'email_destinations'
  | 'email_grants'
  | 'login_attempts'
  | 'known_devices'
  | 'totp_secrets'
  | 'passkeys'
  | 'identities'
  | 'provider_calls'
  | 'auth_sessions'
  | 'spent_challenges'
  | 'idempotent_calls'
  | 'security_events'
  | 'mails';

/**
 * Deletes up to a batch of a table's expired rows. A row that another purge or a request is working on is left to the
 * next run.
 *
 * @param tokenSeconds the longest life of an access token that is out.
 * @returns how many rows went; fewer than a batch means that there is nothing more to do.
 */
export async function purgeExpired(
  database: Database,
  table: Purged,
  now: Date,
  tokenSeconds: number,
): Promise<number> {
  const name = sql.identifier(table);
  const moment = sql.raw(purged[table].moment);
  const type = sql.raw(purged[table].type ?? 'timestamptz');
  const keptSeconds = purged[table].keptSeconds + (purged[table].outlivesTokens ? tokenSeconds : 0);
  const bound = new Date(now.getTime() - keptSeconds * 1000).toISOString();
  // A removed identity can come back until then, and its token with it.
  const isOfProvider = table === 'identities';
  const revoking = isOfProvider
    ? sql`${revokedProviderTokens(sql`select id from identities where ctid in (select ctid from doomed)`, now)},`
    : sql``;
  const [row] = await database.query<{ count: number }>(
    sql`
      with doomed as (
        -- The order is what makes Postgres take the index, and the same rows go first in every run.
        select ctid from ${name} where ${moment} <= ${bound}::${type} and ${purged[table].and ?? sql`true`}
        order by ${moment} limit ${purgeBatch} for update skip locked
      ),
      ${revoking}
      gone as (
        delete from ${name} where ctid = any(array(select ctid from doomed)) ${isOfProvider ? sql`and ${after('revocation')}` : sql``}
        returning 1
      )
      select count(*)::int as count from gone`,
    { repeatable: true },
  );
  return row?.count ?? 0;
}

/**
 * Deletes guests whom nobody can be any more, with all that is theirs: those whose sessions have all had their time. They are found by
 * the sessions that the purge of those has left, so that guests who live are never read, however many there are.
 *
 * @returns how many went; fewer than a batch means that there is nothing more to do.
 */
export async function purgeGuests(database: Database, now: Date): Promise<number> {
  const bound = sql`${now.toISOString()}::timestamptz at time zone 'UTC'`;
  const [row] = await database.query<{ count: number }>(
    sql`
      with due as (select user_id from sessions where purge_after <= ${bound} order by purge_after limit ${purgeBatch}),
      doomed as (
        select u.id from users u
        where u.is_guest and u.id in (select user_id from due)
          and not exists (select from sessions s where s.user_id = u.id and s.purge_after > ${bound})
        limit ${guestPurgeBatch} for update of u skip locked
      ),
      gone as (delete from users where id = any(array(select id from doomed)) returning 1)
      select count(*)::int as count from gone`,
    { repeatable: true },
  );
  return row?.count ?? 0;
}
