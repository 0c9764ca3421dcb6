// The statements about the mail queue.

import { sql } from 'drizzle-orm/sql/sql';
import type { Database } from '../../database/client.ts';
import type { QueuedKind } from '../../database/mail-queue.ts';

export type DueMail = {
  readonly id: string;
  readonly kind: QueuedKind;
  readonly user_id: string;
  readonly email: string;
  readonly name: string;
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
      )
      update mails m
      set attempts = attempts + 1, due_at = ${new Date(now.getTime() + claimSeconds * 1000).toISOString()}
      from due, users u
      where m.id = due.id and u.id = m.user_id
      returning m.id, m.kind, m.user_id, m.details, m.attempts, m.created_at, u.email, u.name`,
    { repeatable: false },
  );
}

/**
 * Keeps the hashes of the link and the code that a mail is about to carry; an older mail's grant for the same purpose is
 * dead then.
 *
 * @returns false when the mail has nothing to give any more: a later one took its place, or its grant was already spent
 *   (an earlier attempt arrived although its answer did not).
 */
export async function grantByMail(
  database: Database,
  grant: {
    readonly mailId: string;
    readonly userId: string;
    readonly purpose: string;
    readonly email: string;
    readonly tokenHash: string;
    readonly codeHash: string;
    readonly expiresAt: Date;
  },
): Promise<boolean> {
  const granted = await database.query(
    sql`
      insert into email_grants as g (user_id, purpose, mail_id, email, token_hash, code_hash, expires_at)
      values (${grant.userId}, ${grant.purpose}, ${grant.mailId}, ${grant.email}, ${grant.tokenHash}, ${grant.codeHash},
        ${grant.expiresAt.toISOString()})
      on conflict (user_id, purpose) do update
      set mail_id = excluded.mail_id, email = excluded.email, token_hash = excluded.token_hash, code_hash = excluded.code_hash,
        expires_at = excluded.expires_at, spent_at = null,
        code_tries = case when g.mail_id = excluded.mail_id then g.code_tries else 0 end
      where g.mail_id < excluded.mail_id or (g.mail_id = excluded.mail_id and g.spent_at is null)
      returning 1`,
    { repeatable: true },
  );
  return granted.length === 1;
}

export async function markMailSent(database: Database, id: string, now: Date): Promise<void> {
  await database.query(sql`update mails set sent_at = ${now.toISOString()} where id = ${id}`, {
    repeatable: true,
  });
}

/** @param nextAttemptAt nothing when the mail is given up. */
export async function postponeMail(
  database: Database,
  { id, nextAttemptAt, now }: { id: string; nextAttemptAt: Date | undefined; now: Date },
): Promise<void> {
  await database.query(
    nextAttemptAt
      ? sql`update mails set due_at = ${nextAttemptAt.toISOString()} where id = ${id}`
      : sql`update mails set failed_at = ${now.toISOString()} where id = ${id}`,
    { repeatable: true },
  );
}
