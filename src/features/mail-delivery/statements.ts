// The statements about the mail queue.

import { sql } from 'drizzle-orm/sql/sql';
import { lockedDestination } from '../../authentication/destinations.ts';
import type { Database } from '../../database/client.ts';
import { mailGraceSeconds, requestKeptSeconds } from '../../lifetimes.ts';
import type { MailKind } from '../../mail/letters.ts';

export type DueMail = {
  readonly id: string;
  readonly kind: MailKind;
  /** Where it goes: what its request is about, or the address that the account has now. Null where that has none. */
  readonly email: string | null;
  /** The account's; empty where there is none. */
  readonly name: string;
  /** The user's; or that of whoever asked, where the account is gone or has none. */
  readonly locale: string | null;
  readonly request_id: string | null;
  readonly details: Readonly<Record<string, unknown>>;
  readonly attempts: number;
  readonly created_at: string;
};

/**
 * Claims mails that are due, oldest first, each for one attempt. A claim is the moment before which nobody else takes
 * the mail, so one whose isolate died runs out by itself.
 */
export function claimDueMails(
  database: Database,
  { now, limit, claimSeconds }: { now: Date; limit: number; claimSeconds: number },
): Promise<DueMail[]> {
  return database.query<DueMail>(
    sql`
      with due as (
        select id from mails
        where due_at <= ${now.toISOString()} and sent_at is null and failed_at is null
        order by due_at limit ${limit}
        for update skip locked
      ),
      claimed as (
        update mails m
        set attempts = attempts + 1, due_at = ${new Date(now.getTime() + claimSeconds * 1000).toISOString()}
        from due where m.id = due.id
        returning m.*
      )
      select m.id, m.kind, m.request_id, m.details, m.attempts, m.created_at,
        coalesce(m.recipient, r.email, u.email) as email, coalesce(u.name, '') as name,
        coalesce(u.locale, m.details ->> 'locale', r.locale) as locale
      from claimed m left join users u on u.id = m.user_id left join email_requests r on r.id = m.request_id`,
    { repeatable: false },
  );
}

/**
 * Keeps the hashes of the link and the code that a mail is about to carry, as long as its request is alive. A grant
 * lives as long as its request, which gains the whole lifetime anew where the mail leaves late: that was a fault of
 * ours or of the mail server. From then on the destination has a row, which whoever uses the grant locks first.
 *
 * @returns false when the mail has nothing to give any more: its request was spent, or another grant for the address
 *   was used.
 */
export async function grantByMail(
  database: Database,
  grant: {
    readonly mailId: string;
    readonly requestId: string;
    readonly tokenHash: string;
    readonly codeHash: string;
    readonly lifetimeSeconds: number;
    /** Whether using another grant of the address ends it. An undo is ended by nothing but its own use. */
    readonly heedsEpoch: boolean;
    readonly now: Date;
  },
): Promise<boolean> {
  const now = sql`${grant.now.toISOString()}::timestamptz`;
  const lifetime = sql`${grant.lifetimeSeconds}::int * interval '1 second'`;
  const granted = await database.query(
    sql`
      with ${lockedDestination(sql`select address_hash from email_requests where id = ${grant.requestId}`, grant.now)},
      request as (
        select r.id, case when r.expires_at + ${mailGraceSeconds}::int * interval '1 second' < ${now} + ${lifetime}
          then ${now} + ${lifetime} else r.expires_at end as expires_at
        from email_requests r join epoch d on d.address_hash = r.address_hash
        where r.id = ${grant.requestId} and r.spent_at is null
          and (d.grant_epoch = r.grant_epoch or not ${grant.heedsEpoch}::boolean)
          and r.expires_at > ${now} - ${requestKeptSeconds}::int * interval '1 second'
      ),
      prolonged as (
        update email_requests r set expires_at = request.expires_at from request
        where r.id = request.id and r.expires_at <> request.expires_at
      )
      insert into mailed_grants as g (mail_id, request_id, token_hash, code_hash, expires_at)
      select ${grant.mailId}, id, ${grant.tokenHash}, ${grant.codeHash}, expires_at from request
      on conflict (mail_id) do update set token_hash = excluded.token_hash, code_hash = excluded.code_hash,
        expires_at = excluded.expires_at
      returning 1`,
    { repeatable: true },
  );
  return granted.length === 1;
}

/** Somebody's address and name who has no account are not ours to keep once their mail has left, or was given up. */
const forgettingNobody = sql`
  recipient = case when user_id is not null then recipient end,
  details = case when user_id is not null then details else '{}' end`;

export async function markMailSent(database: Database, id: string, now: Date): Promise<void> {
  await database.query(
    sql`update mails set sent_at = ${now.toISOString()}, ${forgettingNobody} where id = ${id}`,
    { repeatable: true },
  );
}

/** @param nextAttemptAt nothing when the mail is given up. */
export async function postponeMail(
  database: Database,
  {
    id,
    nextAttemptAt,
    lastError,
    now,
  }: { id: string; nextAttemptAt: Date | undefined; lastError: string; now: Date },
): Promise<void> {
  const next = nextAttemptAt
    ? sql`due_at = ${nextAttemptAt.toISOString()}`
    : sql`failed_at = ${now.toISOString()}, ${forgettingNobody}`;
  await database.query(sql`update mails set last_error = ${lastError}, ${next} where id = ${id}`, {
    repeatable: true,
  });
}
